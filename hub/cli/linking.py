"""`hub linking`: what is usual among people, learnt from the hub's own contacts."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from events.people_proposed import PeopleProposed
from hub.cli._open import with_hub
from hub.cli._say import AsJson, say, say_json
from hub.linking.adoption import adopt, in_use, learn_from
from hub.linking.audit import ONE_HERE, TWO_HERE, Disagreement, Kind, bits_by_field
from hub.linking.model import Model
from hub.services import Hub
from hub.settings import read_settings

if TYPE_CHECKING:
    from hub.bootstrap.audit import Audit

group = typer.Typer(
    help="How people are compared: learnt from the hub's own contacts, in use from an event on.",
    no_args_is_help=True,
)

Dry = Annotated[bool, typer.Option("--dry-run", help="Only show what would be done.")]
TITLES: dict[Kind, str] = {
    ONE_HERE: "One person for the hub, two for Splink",
    TWO_HERE: "Two people for the hub, one for Splink",
}
Out = Annotated[
    Path | None,
    typer.Option("--out", metavar="FILE.csv", help="Where every disagreement goes, as CSV."),
]
Most = Annotated[
    int, typer.Option("--most", min=0, help="So many disagreements of each kind are printed.")
]


@group.command("show")
def show(as_json: AsJson = False) -> None:
    """What is in use: each level's weight against a stranger and against a house-mate, and the thresholds."""
    tell(with_hub(lambda hub: in_use(hub.log)), as_json)


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


@group.command("audit")
def audit(out: Out = None, most: Most = 20, as_json: AsJson = False) -> None:
    """Link all mentions of the log anew with Splink 5, which must be installed beside (`make audit`), and list where its people are
    others than the hub's, the strongest disagreement first. Prints ids and weights only. Changes nothing."""
    from hub.bootstrap import upkeep
    from hub.bootstrap.audit import audit as against_splink
    from hub.bootstrap.audit import splink

    splink()  # before a database is started for nothing
    with upkeep.progress("Auditing") as bar:
        done = with_hub(lambda hub: against_splink(hub.log, read_settings().home, out, most, bar))
    if as_json:
        say_json(audited(done))
    else:
        say(in_lines(done, out))


def audited(done: "Audit") -> dict[str, Any]:
    """The audit for a script."""
    return {
        "position": done.position,
        "mentions": done.read.mentions,
        "of_nobody": done.read.of_nobody,
        "people": done.read.people,
        "model": done.model.name,
        "weights": done.weights,
        "disagreements": [
            {
                "kind": kind,
                "many": done.many[kind],
                "strongest": [as_told(found) for found in strongest],
            }
            for kind, strongest in done.strongest.items()
        ],
    }


def as_told(found: Disagreement) -> dict[str, Any]:
    """One disagreement for a script."""
    pair = found.pair
    return {
        "people": [pair.one.person, pair.other.person],
        "mentions": [[at.contact, at.ref] for at in (pair.one, pair.other)],
        "splink": {"bits": round(pair.weight, 1), "weights": rounded(pair.weights)},
        "hub": {"bits": round(found.hub.bits, 1), "weights": rounded(bits_by_field(found.hub)), "veto": found.hub.veto},
        "because": found.because,
    }  # fmt: skip


def rounded(weights: Mapping[str, float]) -> dict[str, float]:
    """Bits as they are shown."""
    return {name: round(bits, 1) for name, bits in weights.items()}


def in_lines(done: "Audit", out: Path | None) -> Iterator[str]:
    """The audit for a person."""
    read = done.read
    yield f"Read to position {done.position}: {read.mentions} mentions, {read.of_nobody} of them of nobody yet, of {read.people} people."
    for kind, title in TITLES.items():
        strongest, many = done.strongest[kind], done.many[kind]
        yield f"{title}: {many}"
        yield from (line_of(found) for found in strongest)
        if many > len(strongest):
            yield f"  and {many - len(strongest)} more{'' if out else ': --out FILE.csv writes all'}"
    yield f"Weights in bits, Splink's learnt from these mentions, the hub's ({done.model.name}) against a stranger:"
    for name, levels in done.weights.items():
        ours = ", ".join(f"{level} {part.stranger:+.1f}" for level, part in done.model.parts[name].items())  # fmt: skip
        yield f"  {name}  Splink: {', '.join(f'{level} {bits:+.1f}' for level, bits in levels)}"
        yield f"  {' ' * len(name)}  hub: {ours}"
    if out:
        yield f"{sum(done.many.values())} disagreements in {out}."


def line_of(found: Disagreement) -> str:
    """Who, told of where, what both make of it, and why the hub does."""
    pair = found.pair
    people = " and ".join(dict.fromkeys((pair.one.person, pair.other.person)))
    where = " and ".join(f"{at.contact} {at.ref}" for at in (pair.one, pair.other))
    return f"  {people} ({where}): Splink {pair.weight:+.1f}, hub {found.hub.bits:+.1f}. {found.because}"


@group.command("reevaluate")
def reevaluate(dry_run: Dry = False, as_json: AsJson = False) -> None:
    """Compare everybody who is known anew, by the parameters in use: who is proven to be one person is proposed, and merged where no
    team is at work for both."""
    from hub.bootstrap import upkeep
    from hub.corrections.reevaluate import reevaluate as compare_all

    with upkeep.progress("Comparing") as bar:

        async def compare(hub: Hub) -> list[PeopleProposed]:
            return await compare_all(hub, bar("people"), dry_run=dry_run)

        found = with_hub(compare, settled=True)
    if as_json:
        say_json([proposed.model_dump(mode="json", exclude={"weights"}) for proposed in found])
        return
    for proposed in found:
        say(f"{proposed.one}  {proposed.other}  {proposed.bits:+.1f} bits  {proposed.because}")
    verb = "would be" if dry_run else "are"
    say(f"{len(found)} {'pair' if len(found) == 1 else 'pairs'} {verb} proposed.")


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
