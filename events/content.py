"""What a contact says, in the words of the native contract: kept as said, absent means unknown, never no."""

from datetime import datetime
from typing import Literal

from pydantic import Field

from events.base import Fact

YesNoUnknown = Literal["yes", "no", "unknown"]
Agreement = Literal["given", "refused", "not-asked", "overridden"]
Door = Literal[
    "adult-services", "childrens-services", "health", "voluntary-sector",
    "school", "police", "housing", "resident",
]  # fmt: skip


class Identifier(Fact):
    """A number that some system knows a person by; `status` says whether it was verified (`verified`) or not."""

    system: str
    value: str
    status: str | None = None


class Name(Fact):
    """A name as said. Either part may be missing."""

    family: str | None = None
    given: tuple[str, ...] = ()


class Address(Fact):
    """A home as said; `uprn` is the national number of the property."""

    lines: tuple[str, ...] = ()
    postcode: str | None = None
    uprn: str | None = None


class Mention(Fact):
    """A person as one contact names them. `ref` is the contact's own word for them, such as `p1`.

    dob             `2012-02-03`, or partial: `2012-02`, `2012`
    expected_dob    for an unborn child (flag `unborn`)
    flags           shielded, adoptive_placement, deceased, unborn, works_with_children, or a council's own
    """

    ref: str
    ids: tuple[Identifier, ...] = ()
    name: Name | None = None
    dob: str | None = None
    expected_dob: str | None = None
    sex: str | None = None
    address: Address | None = None
    phones: tuple[str, ...] = ()
    emails: tuple[str, ...] = ()
    school: str | None = None
    gp: str | None = None
    flags: tuple[str, ...] = ()


class Relationship(Fact):
    """`from_ref` is TYPE `to_ref`, such as parent-of. `since` and `until` may be partial dates."""

    from_ref: str = Field(validation_alias="from", serialization_alias="from")
    type: str
    to_ref: str = Field(validation_alias="to", serialization_alias="to")
    since: str | None = None
    until: str | None = None
    hours_per_week: float | None = None

    model_config = {**Fact.model_config, "populate_by_name": True, "serialize_by_alias": True}


class Concern(Fact):
    """A worry in a word of the vocabulary, about one person (`about`, a ref) or the contact as a whole.

    dash … professional_judgement   of domestic-abuse
    fall, end_of_life, carer_injury of equipment-adaptation
    date, pathway                   of hospital-discharge
    """

    code: str
    about: str | None = None
    dash: int | None = None
    escalating: bool | None = None
    repeat_within_12_months: bool | None = None
    professional_judgement: bool | None = None
    fall: bool | None = None
    end_of_life: bool | None = None
    carer_injury: bool | None = None
    date: str | None = None
    pathway: int | None = None


class ContactFacts(Fact):
    """What was asked about the contact as a whole. Absent is unknown."""

    children_in_household: YesNoUnknown = "unknown"
    child_providing_care: YesNoUnknown = "unknown"
    immediate_danger: YesNoUnknown = "unknown"
    family_may_be_informed: YesNoUnknown = "unknown"
    safe_to_call: YesNoUnknown = "unknown"
    out_of_hours_cannot_wait: YesNoUnknown = "unknown"


class Reporter(Fact):
    """Who tells. `org` is an organisation's code (ODS where there is one); `cin_source` a returns code such as 3A."""

    org: str
    name: str | None = None
    role: str | None = None
    cin_source: str | None = None
    phone: str | None = None
    email: str | None = None


class Remark(Fact):
    """A strength or a wish, in the person's or reporter's own words."""

    text: str
    about: str | None = None


class AgreementSaid(Fact):
    """Agreement to receive a service, apart from the lawful basis to share (F8). `reason` is owed when overridden."""

    to_service: Agreement
    by: str | None = None
    reason: str | None = None


class ContactContent(Fact):
    """One contact: who tells, about whom, what worries, what is strong, what is wanted."""

    occurred_at: datetime
    door: Door
    reporter: Reporter
    channel: str | None = None
    people: tuple[Mention, ...] = ()
    relationships: tuple[Relationship, ...] = ()
    concerns: tuple[Concern, ...]
    facts: ContactFacts = ContactFacts()
    strengths: tuple[Remark, ...] = ()
    wants: tuple[Remark, ...] = ()
    agreement: AgreementSaid | None = None
    lawful_basis: str | None = None
    narrative: str | None = None


class Doubt(Fact):
    """Something accepted but not understood or not sound: where it stands (a JSON pointer), a code, and a sentence."""

    pointer: str
    code: str
    says: str
