"""What the log says of policies: which drafts there are, what was found of each, who agreed, and which is in force."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from events.envelope import RecordedEvent
from events.message_refused import Fault
from events.policy_agreed import PolicyAgreed
from events.policy_checked import PolicyChecked
from events.policy_drafted import PolicyDrafted
from events.policy_published import PolicyPublished
from events.policy_shadowed import PolicyShadowed
from hub.errors import NotKnown

PEOPLE_NEEDED = 2
"""So many agree before a policy comes into force."""


@dataclass(frozen=True, slots=True)
class PolicyDraft:
    """A policy that was put forward or published, by the hash of its document.

    since      when it was put forward, or published where it never was a draft
    by         who put it forward; None for the operator of the machine
    faults     what the last check found; None where nobody checked it
    agreed     who agreed that it comes into force, since the policy now in force is
    shadowed   the last run over history
    published  when it came into force, each time
    """

    policy: str
    label: str
    hash: str
    document: str
    since: datetime | None = None
    by: str | None = None
    faults: tuple[Fault, ...] | None = None
    agreed: tuple[str, ...] = ()
    shadowed: PolicyShadowed | None = None
    published: tuple[datetime, ...] = ()

    def stands(self, in_force: str | None) -> str:
        """How far it has come, in words; `in_force` is the hash of the one that decides."""
        if self.hash == in_force:
            return "in force"
        if self.agreed:
            return f"agreed to by {' and '.join(self.agreed)}, {PEOPLE_NEEDED - len(self.agreed)} more needed"
        if self.published:
            return "no longer in force"
        if self.faults:
            return f"draft with {len(self.faults)} {'fault' if len(self.faults) == 1 else 'faults'}"
        return "draft, run over history" if self.shadowed else "draft"

    def told(self, in_force: str | None) -> dict[str, Any]:
        """The same for a script; without the document."""
        return {
            "hash": self.hash, "name": self.policy, "version": self.label, "in_force": self.hash == in_force,
            "stands": self.stands(in_force), "drafted_by": self.by, "since": self.since and self.since.isoformat(),
            "agreed": list(self.agreed), "faults": None if self.faults is None else len(self.faults),
            "published": [at.isoformat() for at in self.published],
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Policies:
    """All of them, oldest first. `in_force` is the hash of the one that decides; None before the first was published.

    versions   the last place in each stream
    """

    known: Mapping[str, PolicyDraft] = field(default_factory=dict)
    in_force: str | None = None
    versions: Mapping[str, int] = field(default_factory=dict)

    def find(self, name: str) -> PolicyDraft:
        """The policy whose hash begins so; raises NotKnown where none does, or several do."""
        found = [p for hash_, p in self.known.items() if len(name) >= 6 and hash_.startswith(name)]
        if len(found) != 1:
            raise NotKnown(
                f"There is no policy {name[:64]!r}: name it by its hash, or the first of it."
            )
        return found[0]

    @property
    def drafts(self) -> tuple[PolicyDraft, ...]:
        """Those that never came into force, the newest first."""
        return tuple(p for p in reversed(list(self.known.values())) if not p.published)


def fold(events: Iterable[RecordedEvent]) -> Policies:
    """What these events of the log come to."""
    state = Policies()
    for recorded in events:
        state = evolve(state, recorded)
    return state


def evolve(state: Policies, recorded: RecordedEvent) -> Policies:
    """The policies after an event of the log."""
    state = replace(state, versions={**state.versions, recorded.stream: recorded.version})
    match recorded.event:
        case PolicyDrafted() as said:
            draft = PolicyDraft(
                said.policy, said.label, said.hash, said.document, recorded.recorded_at, said.by
            )
            return put(state, draft)
        case PolicyChecked() as said:
            return change(state, said.hash, faults=said.faults)
        case PolicyShadowed() as said:
            return change(state, said.hash, shadowed=said)
        case PolicyAgreed() as said:
            known = state.known.get(said.hash)
            agreed = (*known.agreed, said.by) if known else ()
            return change(state, said.hash, agreed=agreed)
        case PolicyPublished() as said:
            return published(state, said, recorded.recorded_at)
    return state


def put(state: Policies, draft: PolicyDraft) -> Policies:
    return replace(state, known={**state.known, draft.hash: draft})


def change(state: Policies, hash_: str, **what: object) -> Policies:
    known = state.known.get(hash_)
    return put(state, replace(known, **what)) if known else state  # type: ignore[arg-type]  # members by name


def published(state: Policies, said: PolicyPublished, at: datetime) -> Policies:
    """It is in force; whoever agreed to another draft agreed to it in the place of one that is so no more."""
    known = state.known.get(said.hash) or PolicyDraft(
        said.policy, said.label, said.hash, said.document, at
    )
    known = replace(known, published=(*known.published, at))
    others = {hash_: replace(p, agreed=()) for hash_, p in state.known.items()}
    return replace(
        state, known={**others, said.hash: replace(known, agreed=())}, in_force=said.hash
    )
