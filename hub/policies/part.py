"""What every part of a policy is made of."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

Code = Annotated[str, Field(pattern=r"^[A-Z]{2,6}$")]
Sentence = Annotated[str, Field(min_length=1, max_length=400)]


class Part(BaseModel):
    """A part of the policy. What it does not know, it refuses."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", strict=True, arbitrary_types_allowed=True
    )
