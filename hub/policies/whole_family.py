"""The words of the whole-family rules (F1 to F15), and what they turn on."""

from hub.policies.part import Part, Sentence
from hub.policies.row_id import RowId


class Words(Part):
    """What a whole-family rule asks for, and why."""

    does: Sentence
    because: Sentence


class AskTheQuestion(Part):
    """F2: which needs of an adult raise the questions about children, and what is asked."""

    concerns: tuple[str, ...]
    rows: tuple[RowId, ...]
    both: Sentence
    children: Sentence
    caring: Sentence
    because: Sentence


class Agreement(Part):
    """F8: what is said and owed where a row is blocked for want of agreement."""

    refused: Words
    unasked: Words


class Mirror(Part):
    """F3: for which rows whoever is cared for is offered an assessment too; and what is owed where nobody says who it is."""

    rows: tuple[RowId, ...]
    offer: Words
    find_out: Words


class Telling(Part):
    """F9: what parents and carers are told, and what is owed where a person must decide whether they may be."""

    tell: Sentence
    decide: Words


class WholeFamily(Part):
    """The words of the rules that hold for every contact. `{who}`, `{row}`, `{rows}` and `{other}` are filled in."""

    F1_front_door: Sentence
    F1_not_understood: Words
    F2: AskTheQuestion
    F3: Mirror
    F4: Words
    F7: Sentence
    F8: Agreement
    F9: Telling
    F10: Sentence
    date_of_birth: Words
    cannot_wait: Sentence
    calendar_ends: Sentence
