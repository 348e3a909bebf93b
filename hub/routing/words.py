"""Fills the policy's sentences in. They name facts, never people."""

from collections.abc import Sequence

from hub.routing.people import Person

UNDER_18 = "under 18"


def who(person: Person) -> str:
    """`A child of 14`, `A child under 18`, `An unborn child`, `An adult`; what can be said where the age cannot be told."""
    if person.at < 0:
        return "Somebody in this contact"
    if person.pinned.unborn:
        return "An unborn child"
    if person.child == "no":
        return "An adult"
    if person.child == "yes":
        return f"A child {age}" if (age := years(person)) == UNDER_18 else f"A child of {age}"
    return "Somebody whose age cannot be told"


def years(person: Person) -> str:
    """`14`, or `13 or 14`, or `under 18`."""
    low, high = person.youngest, person.oldest
    if low == high:
        return str(low)
    return f"{low} or {high}" if high == low + 1 else UNDER_18


def others(people: Sequence[Person]) -> str:
    """`an adult`, `a child of 8 and an adult`, as part of a sentence."""
    said = list(dict.fromkeys(_lower(who(p)) for p in people)) or ["somebody"]
    return said[0] if len(said) == 1 else f"{', '.join(said[:-1])} and {said[-1]}"


def _lower(sentence: str) -> str:
    return sentence[0].lower() + sentence[1:]


def fill(sentence: str, person: Person, **more: str) -> str:
    """The sentence with `{who}`, `{cared_for}`, `{carer}` and the rest filled in."""
    if "{who}" in sentence:
        sentence = sentence.replace("{who}", who(person))
    if "{cared_for}" in sentence:
        sentence = sentence.replace("{cared_for}", others(person.cares_for))
    if "{carer}" in sentence and "carer" not in more:
        sentence = sentence.replace("{carer}", others(person.carers))
    for name, text in more.items():
        sentence = sentence.replace(f"{{{name}}}", text)
    return sentence


def listed(words: Sequence[str]) -> str:
    """`R17`, `R17 and R18`."""
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"
