"""What can be done with a referral or an obligation is found, never listed by hand."""

from hub.referrals.verbs import MEMBERS, verbs


def test_the_verbs_are_those_of_the_contract() -> None:
    clock = {"pause", "resume"}
    referral = {"seen", "accept", "decline", "override", "hand-on", "done", "withdraw"}
    assert {word for subject, word in verbs() if subject == "referral"} == referral | clock
    assert {word for subject, word in verbs() if subject == "obligation"} == {
        "done",
        "waive",
    } | clock


def test_each_verb_says_in_plain_words_what_it_does() -> None:
    for verb in verbs().values():
        assert len(verb.says.split()) > 8 and verb.says.endswith("."), verb


def test_each_verb_takes_what_it_needs() -> None:
    needed = {f"{v.subject} {v.word}": v.needed for v in verbs().values()}
    assert needed == {
        "referral seen": (),
        "referral accept": (),
        "referral decline": ("reason",),
        "referral override": ("reason", "next"),
        "referral hand-on": ("reason", "next"),
        "referral done": ("outcome",),
        "referral withdraw": ("reason",),
        "obligation done": (),
        "obligation waive": ("reason",),
        **{f"{subject} pause": ("rule", "reason") for subject in ("referral", "obligation")},
        **{f"{subject} resume": () for subject in ("referral", "obligation")},
    }
    assert all(set(v.members) <= set(MEMBERS) for v in verbs().values())
