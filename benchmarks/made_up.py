"""Made-up families, and contacts about them as partners would send them."""

import json
import random
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from hub.contacts.cloud_event import TAKEN, Message

MARK = "qzq"  # stands in every made-up word of a slice, and is another in each copy

DOORS = (
    ("health", "F81XXX"), ("school", "estuary-academy"), ("police", "thameside-police"), ("housing", "council-housing"),
    ("voluntary-sector", "riverside-carers"), ("adult-services", "council"), ("childrens-services", "council"),
)  # fmt: skip
FAMILY = ("Okoro", "Mensah", "Kowalski", "Hughes", "Rahman", "Novak", "Brennan", "Achterberg")
GIVEN = ("Grace", "Daniel", "Ines", "Tomasz", "Amina", "Joel", "Priya", "Leon", "Maeve", "Sam")
ROADS = ("Harbour", "Orchard", "Chapel", "Mill", "Station", "Quarry")
ABOUT_ADULTS = ("care-need", "loneliness", "adult-carer", "care-need", "care-need")
ABOUT_CHILDREN = ("early-help", "young-carer", "child-need", "early-help")
RARE = ("domestic-abuse", "missing-child", "exploitation")


@dataclass(frozen=True, slots=True)
class Home:
    """A made-up family: its people as mentions without refs, grown-ups first, and how often it comes up."""

    people: tuple[dict[str, Any], ...]
    adults: int
    weight: float


def homes_of(number: int, chance: random.Random) -> list[Home]:
    """So many families at addresses of their own; a few come up again and again, most once or twice."""
    homes = []
    for n in range(number):
        adults, children = chance.choice(((1, 0), (1, 1), (2, 1), (2, 2), (2, 3), (1, 2), (2, 0)))
        family, road = FAMILY[n % len(FAMILY)] + MARK, f"{ROADS[n % len(ROADS)]}{MARK}"
        address = {
            "lines": [f"{n + 1} {road} Road", "Grays"],
            "postcode": f"RM17 {n % 9 + 1}XX",
        }
        people = [
            {
                "name": {"family": family, "given": [f"{GIVEN[(n + p) % len(GIVEN)]}{'ab'[p % 2]}{MARK}"]},
                "dob": born(n, p, p < adults), "sex": ("female", "male")[(n + p) % 2], "address": address,
                **({"phones": [f"01632 960{n % 1000:03}"]} if p == 0 else {}),
                **({"flags": ["shielded"]} if n % 97 == 5 and p == 0 else {}),
            }
            for p in range(adults + children)
        ]  # fmt: skip
        homes.append(Home(tuple(people), adults, 1 / (n + 2)))
    return homes


def born(home: int, place: int, adult: bool) -> str:
    """A birth date that no other of the home has."""
    year = 1955 + (home * 7 + place * 3) % 40 if adult else 2008 + (home * 5 + place * 2) % 14
    return f"{year}-{home % 12 + 1:02}-{place * 4 + home % 4 + 1:02}"


def message(number: int, home: Home, at: datetime, chance: random.Random) -> Message:
    """A contact about some of a family, as a partner would send it."""
    door, org = chance.choice(DOORS)
    chosen = sorted(
        chance.sample(range(len(home.people)), min(len(home.people), chance.choice((1, 2, 2, 3))))
    )
    refs = {p: f"p{n}" for n, p in enumerate(chosen, 1)}
    adults = [p for p in chosen if p < home.adults]
    children = [p for p in chosen if p >= home.adults]
    code = chance.choice(ABOUT_CHILDREN if children else ABOUT_ADULTS)
    code = chance.choice(RARE) if chance.random() < 0.03 else code
    about = refs[children[0] if children and code != "domestic-abuse" else chosen[0]]
    ties = [{"from": refs[a], "type": "parent-of", "to": refs[c]} for a in adults for c in children]
    said = {
        "occurred_at": (at - timedelta(minutes=30)).isoformat(),
        "door": door,
        "channel": chance.choice(("phone", "email", "web")),
        "reporter": {"org": org, "role": "duty officer", "cin_source": "3A"},
        "people": [{"ref": refs[p], **home.people[p]} for p in chosen],
        "relationships": ties,
        "concerns": [{"code": code, "about": about}],
        "facts": {"children_in_household": "yes" if children else "unknown", "family_may_be_informed": "yes"},
        "strengths": [{"about": about, "text": f"Gets on well with {MARK} next door."}] if chance.random() < 0.3 else [],
        "agreement": {"to_service": "given", "by": refs[chosen[0]]},
        "lawful_basis": "public-task",
        "narrative": f"Came up at {org}; things are harder since the winter, and help at home would be welcome ({MARK}).",
    }  # fmt: skip
    event = {
        "specversion": "1.0", "id": f"H-{number:06}", "source": f"urn:history:{org}", "type": TAKEN,
        "time": at.isoformat(), "data": said,
    }  # fmt: skip
    return Message(json.dumps(event).encode(), "application/cloudevents+json")
