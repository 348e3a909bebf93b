"""What workers said before a hard case: that two people are never one, that they are one, and that they are not after all."""

from collections.abc import Callable

from events.base import Event
from events.mention_at import MentionAt
from events.mentions_unlinked import MentionsUnlinked
from events.people_judged import PeopleJudged, SameOrNot
from hub.corrections.follow import follows
from hub.people import state, told
from hub.people.corrections import pair
from tests.linking.hard.stage import Ids, Stage


def say(stage: Stage, event: Event) -> None:
    """A worker says something, and the engine does what follows."""
    recorded = stage.record(event, actor="staff:1")
    correction = follows(stage.tables, recorded)
    state.fold(stage.tables, recorded)
    if correction is not None:
        state.fold(stage.tables, stage.record(correction.moved, actor="engine"))


def judged(stage: Stage, people: tuple[str, str], answer: SameOrNot) -> None:
    """Two people are compared."""
    one, other = pair(*people)
    say(stage, PeopleJudged(one=one, other=other, answer=answer, reason=None, team="TF"))


def never_link(stage: Stage, of: tuple[str, ...], ids: Ids) -> None:
    """They are two, whatever comes."""
    judged(stage, two(of, ids), "different")


def merge(stage: Stage, of: tuple[str, ...], ids: Ids) -> None:
    """They are one."""
    judged(stage, two(of, ids), "same")
    learn_ids(stage, of, ids)


def unlink(stage: Stage, of: tuple[str, ...], ids: Ids) -> None:
    """They were said to be one, and are not after all."""
    [merged] = [row for row in stage.tables.rows("merged") if {row["to_person"]} == ids[of[0]]]  # type: ignore[attr-defined]
    judged(stage, (merged["from_person"], merged["to_person"]), "different")
    learn_ids(stage, of, ids)


def split(stage: Stage, of: tuple[str, ...], ids: Ids) -> None:
    """What was said of the second is of somebody else."""
    [person] = ids[of[1]]
    mentions = tuple(
        MentionAt(contact=contact, ref=ref)
        for contact, ref in told.mentions_of(stage.tables, person)
        if ref == of[1]
    )
    say(stage, MentionsUnlinked(person=person, mentions=mentions, to=None, reason="So.", team="TF"))
    learn_ids(stage, of, ids)


def two(of: tuple[str, ...], ids: Ids) -> tuple[str, str]:
    """The people of two labels."""
    [one], [other] = (ids[label] for label in of)
    return one, other


def learn_ids(stage: Stage, of: tuple[str, ...], ids: Ids) -> None:
    """Who goes by which id now: by what was told under each label."""
    rows = [row for row in stage.tables.rows("told") if not row["people"].keys().isdisjoint(of)]  # type: ignore[attr-defined]
    for label in of:
        known = {row["people"][label] for row in rows if label in row["people"]}
        ids[label] = known & (ids[label] | moved_last(stage))


def moved_last(stage: Stage) -> set[str]:
    """Whom the last correction led to or from."""
    moved = stage.log[-1].event
    return {getattr(moved, "from_person", ""), getattr(moved, "to_person", "")}


PLAYERS: dict[str, Callable[[Stage, tuple[str, ...], Ids], None]] = {
    "never-link": never_link,
    "merge": merge,
    "unlink": unlink,
    "split": split,
}
"""By name of what happened, what puts it on the stage: told the labels it is about, and everybody's ids so far."""
