"""A routing decision: routes in rank order, obligations and notices, each with the rule that is its reason."""

from datetime import datetime

from events.base import Fact


class PolicyPin(Fact):
    """The policy a decision was made under; `hash` is the SHA-256 (hex) of its document."""

    name: str
    version: str
    hash: str


class Route(Fact):
    """One ask to one team.

    rule      a row of routing.md (R0 to R32), or F7 where an open referral already answers
    about     the contact's own ref, else a person id, else None
    person    the person id behind `about`, where there is one
    team      a team code, with a locality where it has one (`CLS-2`); None where no queue takes it
    rank      from 1, the highest route first; rank 1 is the lead
    clock     the clock's name in the policy, such as `1 working day (law)`
    row       the row that was set off; differs from `rule` for F7 only
    held_by   for F7: the open referral that already holds it
    """

    rule: str
    about: str | None
    person: str | None
    team: str | None
    pathway: str | None
    rank: int
    due_at: datetime | None
    clock: str | None
    because: str
    row: str
    held_by: str | None = None


class ObligationNeeded(Fact):
    """Something someone must do besides the routes; `does` says what, in a sentence.

    row   the row of the route it goes with, where it is owed by that route's team and no other (R30)
    """

    rule: str
    about: str | None
    person: str | None
    due_at: datetime | None
    clock: str | None
    does: str
    because: str
    row: str | None = None


class Notice(Fact):
    """Someone else who must be told: `to` a team, an organisation's code, `referrer`, `person` or `family`."""

    rule: str
    about: str | None
    person: str | None
    to: str
    because: str


class Decision(Fact):
    """What the policy says of one contact: routes in rank order, then the obligations and the notices."""

    routes: tuple[Route, ...]
    obligations: tuple[ObligationNeeded, ...]
    tell: tuple[Notice, ...]
