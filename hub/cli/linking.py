"""`hub linking`: what is usual among people, learnt from the hub's own contacts."""

from typing import Annotated, Any

import typer

from hub.cli._open import with_hub
from hub.cli._say import AsJson, say, say_json
from hub.linking.adoption import adopt, adopted, learn_from
from hub.linking.model import Model, shipped
from hub.services import Hub

group = typer.Typer(
    help="How people are compared: learnt from the hub's own contacts, in use from an event on.",
    no_args_is_help=True,
)

Dry = Annotated[bool, typer.Option("--dry-run", help="Learn, and take nothing into use.")]


@group.command("show")
def show(as_json: AsJson = False) -> None:
    """What is in use: each level's weight against a stranger and against a house-mate, and the thresholds."""

    async def in_use(hub: Hub) -> Model:
        found = await adopted(hub.log)
        return Model.from_text(found[-1].document) if found else shipped()

    tell(with_hub(in_use), as_json)


@group.command("train")
def train(dry_run: Dry = False, as_json: AsJson = False) -> None:
    """Learn what is usual from the log, without anybody telling who is who, and take it into use for every contact from here on."""
    from hub.bootstrap import upkeep

    with upkeep.progress("Learning") as bar:

        async def learn(hub: Hub) -> tuple[Model, bool]:
            model, mentions = await learn_from(hub.log, bar("from the log"))
            if dry_run:
                return model, False
            return model, await adopt(hub.log, model, mentions, "operator") is not None

        model, taken = with_hub(learn, settled=True)
    tell(model, as_json, in_use=taken)
    if not (as_json or dry_run):
        say(f"{model.name} is in use." if taken else "These parameters are in use already.")


def tell(model: Model, as_json: bool, **more: Any) -> None:
    """The weights of a model."""
    weights = {
        name: {level: {"stranger": round(s, 1), "mate": round(m, 1)} for level, (_, _, s, m) in levels.items()}
        for name, levels in model.parts.items()
    }  # fmt: skip
    if as_json:
        say_json(
            {
                "name": model.name,
                "hash": model.hash,
                "population": model.population,
                "weights": weights,
            }
            | more
        )
        return
    say(
        f"{model.name}, among {model.population:.0f} people. Bits against a stranger and a house-mate:"
    )
    for name, levels in weights.items():
        told = ", ".join(f"{level} {w['stranger']:+} {w['mate']:+}" for level, w in levels.items())
        say(f"  {name}: {told}")
