"""What goes on befalling the borough after its past: contacts about its families, as they happen, without end."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from random import Random
from uuid import uuid4

from hub.demo.borough.casting import cast_for
from hub.demo.borough.chronicle import Borough, chronicle_of
from hub.demo.borough.contacts import Sent, Step
from hub.demo.borough.population import pick
from hub.demo.borough.words import words
from hub.values import LONDON


def live_contacts(borough: Borough, now: Callable[[], datetime]) -> Iterator[Sent]:
    """Contacts that happen now, each with an id of its own: the beginning of an episode in some family."""
    chance = Random()
    episodes = [(e, e["weight"]) for e in words("episodes")["episodes"] if "stranger" not in e["cast"].values()]  # fmt: skip
    while borough.households:
        family = borough.population.family(chance.randrange(borough.households))
        chronicle_of(borough.population, family)  # who has died by now
        at = now().astimezone(LONDON)
        episode = pick(chance, episodes)
        cast = cast_for(family, episode, at.date(), chance)
        if cast is None or episode["steps"][0].get("dies"):
            continue
        step = Step(family, cast, episode["steps"][0], 0, at.date(), chance)
        occurred = at - timedelta(minutes=chance.randrange(2, 30))
        yield step.sent_at(step.sender(), occurred, at, f"live-{uuid4().hex}")
