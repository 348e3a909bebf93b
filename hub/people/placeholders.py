"""What people type when they do not know: it fills a field and says nothing of a person."""

# fmt: off
NEWBORN = frozenset({
    "baby", "babyboy", "babygirl", "boy", "girl", "infant", "newborn", "child", "unborn", "foetus", "fetus", "bump",
    "twin", "twin1", "twin2", "twinone", "twintwo",
})
NO_NAME = NEWBORN | frozenset({
    "unknown", "notknown", "unk", "none", "null", "nk", "notgiven", "notstated", "notrecorded", "notprovided",
    "notavailable", "withheld", "anonymous", "anon", "tbc", "tba", "tbd", "noname", "nofamilyname", "nosurname",
    "noforename", "xx", "xxx", "xxxx", "client", "mother", "mum", "father", "dad", "parent", "sibling", "brother", "sister",
    "partner", "daughter", "mr", "mrs", "miss", "ms",
})
NO_FORENAME = NO_NAME | frozenset({
    "husband", "wife", "spouse", "kid", "minor", "adult", "male", "female", "woman", "lady", "gentleman", "neighbour", "resident",
    "occupant", "occupier", "householder", "inmate", "patient", "tenant", "lodger", "carer", "grandma", "grandpa", "grandmother",
    "grandfather", "aunt", "uncle", "hija", "hijo", "senor", "senora", "abuela", "abuelo", "esposa", "esposo",
})
NO_BIRTH = frozenset({
    "1900-01-01", "1900-01", "1900", "1901-01-01", "1753-01-01", "0001-01-01", "1111-11-11", "9999-12-31", "9999-99-99",
})
NO_ADDRESS = frozenset({
    "unknown", "notknown", "na", "none", "nil", "nfa", "nofixedabode", "nofixedaddress", "homeless", "withheld", "notgiven",
    "notstated", "notrecorded", "tbc", "confidential", "addressunknown", "noaddress", "asabove", "sameasabove",
})
# fmt: on
EARLIEST_YEAR = 1880
"""Nobody born before this is alive to be helped."""
