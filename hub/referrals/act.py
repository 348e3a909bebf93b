"""The one door of the loop: reads the episode, checks who may act, decides, and records it or tells why not."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from typing import Any

from events.base import Event
from events.contact_closed import ContactClosed
from events.envelope import NewEvent, new_event
from events.referral_sent import ReferralSent
from hub.clocks import england
from hub.errors import Conflict, NotKnown, NotPermitted
from hub.log import Append, Log, VersionConflict
from hub.policies.register import policy_if_any, policy_in_force
from hub.referrals.about_child import about_child
from hub.referrals.closing import RESTRICTED, closings
from hub.referrals.episodes import read_episode
from hub.referrals.meeting import with_clocks
from hub.referrals.settling import FEWEST, moved_in, moves_of, settle
from hub.referrals.state import Episode, ObligationEnding, Referral, ReferralEnding, contact_of
from hub.referrals.verbs import Verb, verb_for, words
from hub.teams.book import TeamBook, works_for
from hub.teams.in_force import teams_in_force
from hub.viewer import Viewer

TRIES = 3
NOTHING: Mapping[str, Any] = {}
SUBJECT_ID = re.compile(r"[RO]-\d{2}-\d{6,}-[1-9]\d*", re.ASCII)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of it: the events recorded (none where there was nothing to do) and the position to read from.

    opens   the referral that follows, where one does
    """

    contact: str
    position: int
    events: tuple[Event, ...]

    @property
    def opens(self) -> str | None:
        return self.sent_on.referral if self.sent_on else None

    @property
    def sent_on(self) -> ReferralSent | None:
        """The ask that goes on, where one does."""
        return next((e for e in self.events if isinstance(e, ReferralSent)), None)


async def act(
    log: Log,
    viewer: Viewer,
    verb: str,
    subject_id: str,
    body: Any = None,
    *,
    recorded_at: datetime | None = None,
    teams: TeamBook | None = None,
) -> Outcome:
    """Do `verb` to a referral or an obligation in the viewer's name. Raises NotKnown, NotPermitted, InvalidCommand,
    NotAllowed, or Conflict where others kept acting first."""
    refuse_who_never_act(viewer)
    chosen, contact = verb_for(subject_id, verb), contact_named_by(subject_id)
    teams = teams or await teams_in_force(log)
    for _ in range(TRIES):
        episode = await read_episode(log, contact)
        referral = holding(episode, chosen, subject_id)
        refuse_strangers(viewer, referral, episode)
        at = recorded_at or datetime.now(UTC)
        looked_up = await look_up(log, chosen, at)
        command = command_for(chosen, episode, referral, subject_id, body, teams, looked_up)
        decided = chosen.decide(episode, command)
        decided += await settled(log, episode, referral, decided, at, teams)
        decided = with_clocks(episode, decided, at)
        if not decided:
            return Outcome(contact, episode.position, ())
        try:
            appended = await log.append(
                Append(wrap(episode, decided, viewer), recorded_at=recorded_at)
            )
        except VersionConflict:
            continue
        done = Outcome(contact, appended.last, tuple(decided))
        if not any(isinstance(event, ReferralEnding | ObligationEnding) for event in decided):
            return done
        return await close_what_ended(log, done, viewer, recorded_at)
    raise Conflict


def contact_named_by(subject_id: str) -> str:
    """The contact of `R-26-000001-1`; raises NotKnown for what is no such id."""
    if not SUBJECT_ID.fullmatch(subject_id):
        raise NotKnown
    return contact_of(subject_id)


def holding(episode: Episode, verb: Verb, subject_id: str) -> Referral:
    """The referral whose team may act: itself, or the one an obligation belongs to now."""
    if verb.subject == "referral":
        return episode.referral(subject_id)
    return episode.holder(episode.obligation(subject_id).opened.referral)


def refuse_who_never_act(viewer: Viewer) -> None:
    """Partners, auditors and operators never act."""
    if viewer.role == "operator":
        raise NotPermitted(
            "An operator acts on no referral: staff of the team that has it do, with a key or a sign-in of their own."
        )
    if viewer.role != "duty":
        raise NotPermitted("Only staff of the team that has a referral may act on it.")


def refuse_strangers(viewer: Viewer, referral: Referral, episode: Episode) -> None:
    """Raise NotPermitted unless the viewer is of the team that has it; of a restricted stream nothing is even said."""
    if works_for(viewer.team, referral.team):
        return
    if any(
        r.sent.rule in RESTRICTED - viewer.clearances
        for r in episode.referrals.values()
        if r.sent.contact == referral.sent.contact
    ):  # how many were asked on a restricted contact is not told either
        raise NotKnown
    # Which team that is stays unsaid: its locality would tell where a hidden person lives.
    raise NotPermitted(f"Only staff of the team that has referral {referral.id} may act on it.")


async def look_up(log: Log, verb: Verb, at: datetime) -> dict[str, Any]:
    """What a command asks for besides the episode: the moment, the bank holidays, the policy in force."""
    asked = {f.name for f in fields(verb.command)}
    found: dict[str, Any] = {"at": at, "calendar": england()}
    if "policy" in asked:
        found["policy"] = await policy_in_force(log)
    return found


async def settled(
    log: Log, episode: Episode, referral: Referral, decided: list[Event], at: datetime, teams: TeamBook
) -> list[Event]:  # fmt: skip
    """What follows where an ask goes from hand to hand; the policy is read only where it may."""
    moved = moved_in(decided)
    if moved is None or moves_of(episode, moved) < FEWEST:
        return []
    policy = await policy_if_any(log)
    if policy is None:
        return []
    front_door = teams.front_door(about_child(episode, referral))
    return settle(episode, decided, at, policy, england(), front_door)


def command_for(
    verb: Verb,
    episode: Episode,
    referral: Referral,
    subject_id: str,
    body: Any,
    teams: TeamBook,
    more: Mapping[str, Any] = NOTHING,
) -> Any:
    """The command, made of the body's words and of what it asks to be looked up."""
    said = words(verb, body)
    if "next" in said:
        teams.queue(said["next"])
    looked_up = {"about_child": about_child(episode, referral), "teams": teams, **more}
    asked = {f.name: looked_up[f.name] for f in fields(verb.command) if f.name in looked_up}
    return verb.command(**{verb.subject: subject_id}, **said, **asked)


def wrap(episode: Episode, decided: Sequence[Event], viewer: Viewer) -> tuple[NewEvent, ...]:
    """The events ready for the log: each next in its stream, the first answering what opened its subject."""
    versions, wrapped = dict(episode.versions), list[NewEvent]()
    for event in decided:
        stream = f"{event.STREAM}:{event.stream_id()}"
        versions[stream] = versions.get(stream, 0) + 1
        wrapped.append(
            new_event(
                event,
                versions[stream],
                actor=viewer.actor,
                correlation_id=contact_id(event),
                causation_id=wrapped[0].event_id if wrapped else episode.first_ids.get(stream),
                purpose="direct-care",
                tags=tags_for(episode, event),
            )
        )
    return tuple(wrapped)


def tags_for(episode: Episode, event: Event) -> tuple[str, ...]:
    """What the event concerns besides its own tags: the people, the family and the teams, so that their pages find it."""
    known = episode.contacts.get(contact_id(event))
    family = (f"family:{known.family}",) if known and known.family else ()
    asked = [tag for referral in concerned(episode, event) for tag in referral.sent.tags()]
    owed = episode.obligations.get(getattr(event, "obligation", ""))
    tags = (*family, *asked, *(owed.opened.tags() if owed else ()))
    return tuple(tag for tag in tags if tag.startswith(("person:", "family:", "team:")))


def concerned(episode: Episode, event: Event) -> list[Referral]:
    """The referrals an event is about: its own, the one that holds an obligation, all of a contact that closes."""
    if isinstance(event, ContactClosed):
        return [r for r in episode.referrals.values() if r.sent.contact == event.contact]
    if owed := episode.obligations.get(getattr(event, "obligation", "")):
        return [episode.holder(owed.opened.referral)]
    known = episode.referrals.get(getattr(event, "referral", ""))
    return [known] if known else []


def contact_id(event: Event) -> str:
    """The contact an event of the loop belongs to."""
    contact: str = getattr(event, "contact", "")
    return contact


async def close_what_ended(
    log: Log, done: Outcome, viewer: Viewer, recorded_at: datetime | None = None
) -> Outcome:
    """Close contacts whose last two open ends were tied up at the same moment, each by somebody who saw the other open."""
    if any(isinstance(event, ReferralSent) for event in done.events):
        return done
    for _ in range(TRIES):
        episode = await read_episode(log, done.contact)
        pending = closings(episode)
        if not pending:
            return done
        try:
            appended = await log.append(
                Append(wrap(episode, pending, viewer), recorded_at=recorded_at)
            )
        except VersionConflict:
            continue
        return Outcome(done.contact, appended.last, (*done.events, *pending))
    return done
