"""A register of teams is imported: looked over against what is open and what the policy sends to, then put in force."""

from events.teams_adopted import TeamsAdopted
from hub.policies.register import policy_in_force
from hub.policies.sends_to import teams_of
from hub.services import Hub
from hub.teams.document import read_register
from hub.teams.in_force import adopt
from projections import duty_queue
from projections.table import Tables


async def import_teams(hub: Hub, document: str, *, actor: str = "operator") -> TeamsAdopted | None:
    """Put a register in force, unless it is already (None). Raises InvalidTeams naming each fault, or Conflict.

    A queue in which referrals are open may not be left out, nor a team that the policy in force sends to.
    """
    kept = set(read_register(document).queues)
    gone = [queue for queue in (await hub.teams()).codes if queue not in kept]

    def asked(tables: Tables) -> list[str]:
        return [queue for queue in gone if duty_queue.count_open(tables, queue)]

    still_asked = await hub.views.ask(asked) if gone else []
    policy = await policy_in_force(hub.log)
    return await adopt(
        hub.log, document, still_asked=still_asked, sent_to=teams_of(policy), actor=actor
    )
