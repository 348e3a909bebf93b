"""Feedback is taken up as an item of the action plan."""

from dataclasses import dataclass

from events.action_proposed import ActionProposed
from events.base import Event
from hub.actions.state import Action, Plan
from hub.actions.words import public_text


@dataclass(frozen=True, slots=True)
class ProposeAction:
    """What was said is put into words that name nobody, with who is to lead on it.

    contacts   the contacts it was said in, each of which is feedback (R29)
    names      looked up: how the people of those contacts, and who reported, are called
    """

    you_said: str
    lead: str
    contacts: tuple[str, ...]
    team: str | None
    year: int
    names: frozenset[str] = frozenset()


def standing(plan: Plan, command: ProposeAction) -> Action | None:
    """The item that says the same words of the same contacts already, and was not dropped."""
    same = command.you_said.strip(), tuple(dict.fromkeys(command.contacts))
    known = (a for a in plan.actions.values() if a.stage != "dropped")
    return next((a for a in known if (a.you_said, a.contacts) == same), None)


def decide(plan: Plan, command: ProposeAction) -> list[Event]:
    """It gets the next number. The same words on the same contacts, still in the plan, change nothing."""
    you_said = public_text("you_said", command.you_said, command.names)
    lead = public_text("lead", command.lead, command.names, longest=80)
    contacts = tuple(dict.fromkeys(command.contacts))
    if standing(plan, command):
        return []
    action = f"A-{command.year % 100:02}-{len(plan.actions) + 1:06}"
    return [
        ActionProposed(
            action=action, you_said=you_said, lead=lead, contacts=contacts, team=command.team
        )
    ]
