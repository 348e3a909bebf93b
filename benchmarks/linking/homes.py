"""The homes of the made-up borough: streets of some fifteen homes a postcode, blocks of flats, and communal homes."""

import random
from dataclasses import dataclass, field

TOWNS = (
    ("Grays", "RM17"), ("Grays", "RM16"), ("Tilbury", "RM18"), ("Purfleet", "RM19"), ("West Thurrock", "RM20"),
    ("South Ockendon", "RM15"), ("Stanford-le-Hope", "SS17"), ("Corringham", "SS17"), ("Chafford Hundred", "RM16"),
    ("Aveley", "RM15"), ("Basildon", "SS14"), ("Romford", "RM7"),
)  # fmt: skip
STREETS = [
    "High",
    "Mill",
    "Church",
    "Station",
    "Orchard",
    "Chapel",
    "Quarry",
    "Victoria",
    "Albert",
    "King's",
    "Queen's",
    "Park",
    "Manor",
    "Grange",
    "Meadow",
    "Laburnum",
    "Lime",
    "Elm",
    "Oak",
    "Ash",
    "Beech",
    "Cedar",
    "Chestnut",
    "Hawthorn",
    "Rosebery",
    "Gladstone",
    "Palmerston",
    "Cromwell",
    "Nelson",
    "Wellington",
    "Trafalgar",
    "Waterloo",
    "Balmoral",
    "Windsor",
    "Sandringham",
    "Clarence",
    "Rectory",
    "Vicarage",
    "School",
    "Hospital",
    "Bridge",
    "River",
    "Ferry",
    "Dock",
    "Wharf",
    "Fort",
    "Marsh",
    "Fenner",
    "Hathaway",
    "Lodge",
    "London",
    "Southend",
    "Stifford",
    "Long",
    "Broad",
    "Back",
    "Hill",
    "Cliff",
    "Dell",
    "Bradleigh",
    "Parker",
    "Palmers",
    "Seabrooke",
    "Whitehall",
    "Salisbury",
    "Stanley",
    "Derby",
    "Devonshire",
    "Cavendish",
    "Argent",
    "Thames",
    "Estuary",
    "Harbour",
    "Sailors",
    "Blackshots",
    "Fairview",
    "Lancaster",
    "Stirling",
    "Halifax",
    "Hampden",
    "Tennyson",
    "Milton",
    "Byron",
    "Keats",
    "Shelley",
    "Dickens",
]
SORTS = (
    "Road", "Street", "Avenue", "Close", "Lane", "Drive", "Gardens", "Crescent", "Way", "Place", "Grove", "Court",
)  # fmt: skip
BLOCKS = [
    "Oakfield",
    "Bevan",
    "Attlee",
    "Brunel",
    "Lister",
    "Fleming",
    "Curie",
    "Nightingale",
    "Seacole",
    "Arnold",
    "Bronte",
    "Worthing",
    "Butler",
    "Mayflower",
    "Keir",
    "Hogarth",
    "Turner",
    "Constable",
    "Gainsborough",
    "Mandela",
    "Pankhurst",
    "Fry",
    "Barnardo",
    "Lansbury",
]
LETTERS = "ABDEFGHJLNPQRSTUWXYZ"
FLATS_IN_A_STREET = 0.13
EMPTY = 0.08


@dataclass(slots=True)
class Home:
    """A home. `kind` is house, flat, care, hostel or refuge; `people` are the numbers of who live there."""

    lines: tuple[str, ...]
    postcode: str
    uprn: str
    kind: str = "house"
    phone: str = ""
    people: list[int] = field(default_factory=list)

    @property
    def communal(self) -> bool:
        """Whether many live there who are no family."""
        return self.kind in {"care", "hostel", "refuge"}


class Homes:
    """Gives out homes street by street; some stay empty, for who moves."""

    def __init__(self, chance: random.Random) -> None:
        self._chance = chance
        self._uprn = 100_090_000_000
        self._streets: set[tuple[str, str]] = set()
        self._postcodes: set[str] = set()
        self._ready: list[Home] = []
        self.empty: list[Home] = []

    def next(self) -> Home:
        """A home in which nobody lives."""
        while True:
            if not self._ready:
                self._ready = self._street()
            home = self._ready.pop()
            if self._chance.random() >= EMPTY:
                return home
            self.empty.append(home)

    def to_move_to(self) -> Home:
        """An empty home anywhere in the borough."""
        if not self.empty:
            return self.next()
        place = self._chance.randrange(len(self.empty))
        self.empty[place], self.empty[-1] = self.empty[-1], self.empty[place]
        return self.empty.pop()

    def communal(self, kind: str, name: str, phone: str) -> Home:
        """A home for many, in a street of its own postcode."""
        town, outward = self._chance.choice(TOWNS)
        street = f"{self._chance.randint(1, 200)} {self._chance.choice(STREETS)} {self._chance.choice(SORTS)}"
        return Home((name, street, town), self._postcode(outward), self._next_uprn(), kind, phone)

    def _street(self) -> list[Home]:
        town, outward = self._chance.choice(TOWNS)
        street = ""
        for _ in range(20):  # a great borough has streets of one name
            street = f"{self._chance.choice(STREETS)} {self._chance.choice(SORTS)}"
            if (street, town) not in self._streets:
                break
        self._streets.add((street, town))
        if self._chance.random() < FLATS_IN_A_STREET:
            return self._flats(street, town, outward)
        homes, postcode = [], self._postcode(outward)
        for number in range(1, self._chance.randint(12, 70)):
            if number % 15 == 0:
                postcode = self._postcode(outward)
            letters = ("a", "b") if self._chance.random() < 0.02 else ("",)
            homes += [
                self._home((f"{number}{letter} {street}", town), postcode) for letter in letters
            ]
        self._chance.shuffle(homes)
        return homes

    def _flats(self, street: str, town: str, outward: str) -> list[Home]:
        postcode, number = self._postcode(outward), self._chance.randint(1, 99)
        block = self._chance.choice(("", f"{self._chance.choice(BLOCKS)} House"))
        front = (block, f"{number} {street}") if block else (f"{number} {street}",)
        return [
            self._home((f"Flat {flat}", *front, town), postcode, "flat")
            for flat in range(1, self._chance.randint(6, 28))
        ]

    def _home(self, lines: tuple[str, ...], postcode: str, kind: str = "house") -> Home:
        return Home(lines, postcode, self._next_uprn(), kind)

    def _next_uprn(self) -> str:
        self._uprn += self._chance.randint(1, 9)
        return str(self._uprn)

    def _postcode(self, outward: str) -> str:
        for _ in range(50):
            letters = "".join(self._chance.choices(LETTERS, k=2))
            postcode = f"{outward} {self._chance.randint(0, 9)}{letters}"
            if postcode not in self._postcodes:
                break
        self._postcodes.add(postcode)
        return postcode
