"""Where the text of routing.md leaves a choice that "How to read the table" does not settle.

Each with the sentence that leaves it, what the hub reads, and what could be read as well. The comparison lets either stand;
the council, or the keeper of routing.md, settles them.
"""

from __future__ import annotations

from typing import NamedTuple


class OpenPoint(NamedTuple):
    """A sentence that can be read in two ways."""

    sentence: str
    hub: str
    otherwise: str


OPEN = {
    "wrong-age": OpenPoint(
        "vocabulary: the rows a concern can set off; 'age and the other facts decide which'",
        "it sets off its neighbour where there is one (adult-abuse of a child R1, adult-carer of a child R8), else F1",
        "every concern of the wrong age goes to the front door",
    ),
    "safer-adult": OpenPoint(
        "'where a row turns on it: the safer row is set off', for a concern whose only row is an adult's",
        "the adult's row is set off, and the date is asked for",
        "the child's row (R1 for adult-abuse, R2 for care-need) is the safer",
    ),
    "whole-contact": OpenPoint(
        "'or about the contact as a whole (no about)'",
        "the row is about the one person it can be about, else about nobody",
        "the row is always about nobody, or about everybody it can be about",
    ),
    "unborn-risk-about": OpenPoint(
        "R4: 'Unborn + risk factor', and unborn-risk said of the mother",
        "R4 is about whomever the concern names",
        "R4 is about the unborn, or about nobody where none is named",
    ),
    "unborn-factor": OpenPoint(
        "R4: 'risk factor (DA, MH, substance, …)'",
        "the factors of the unborn's parents count",
        "those of anybody in the home count",
    ),
    "usually-18": OpenPoint(
        "R17: 'adult (usually ≥18)'", "from 18", "from 16, where a person asks for it"
    ),
    "homeless-16-17": OpenPoint(
        "vocabulary: homeless-16-17 sets off R5 and R27, of one who may not be 16 or 17",
        "both rows stand, at any age under 18",
        "R5 alone, or the front door",
    ),
    "under-16-homeless": OpenPoint(
        "homeless-16-17 said of somebody younger", "R5 stands", "R2, or the front door"
    ),
    "exploitation-adult": OpenPoint(
        "R6: 'Child missing / exploitation / …'",
        "an adult's exploitation is no row; the lead reads it (F1)",
        "R6 with the NRM, or R12, for an adult too",
    ),
    "early-help-adult": OpenPoint(
        "R3: 'L2 needs', among the rows for children",
        "under 18 alone",
        "a parent's or the family's early help is R3 too",
    ),
    "alleged": OpenPoint(
        "'Relations … set rows off too', of alleged-to-harm",
        "R1 for one of unknown age who is no parent or partner; R12 for an adult with a need for care; F4 for all the harmer's children",
        "R12 for every adult; R15 where they work with children; F4 for the children of who harmed this very person alone",
    ),
    "providing-care": OpenPoint(
        "child_providing_care: yes, where no child is named as caring",
        "R8 about the only child, else about nobody",
        "R8 about every child of the home",
    ),
    "danger-about": OpenPoint(
        "immediate_danger: 'sets R0 ahead of all else'",
        "R0 about the only person, else about nobody; to MASH where any child is named",
        "R0 about everybody",
    ),
    "dead": OpenPoint(
        "R31: 'stop routes'",
        "no other row about the dead; what was said of a dead parent still counts for the children (R2, R4)",
        "nothing said of the dead counts; or a child's death that harm caused is R1 too",
    ),
    "F1": OpenPoint(
        "design.md: 'A contact left without any team goes to the front door too'",
        "a route of the rule F1 about the person it concerns",
        "a route about nobody",
    ),
    "F2-relations": OpenPoint(
        "F2: 'sets children_in_household and child_providing_care to yes/no/unknown'",
        "a child known to live there, or to care, answers the question",
        "only the fact answers it",
    ),
    "F2-needs": OpenPoint(
        "F2: 'care needs, mental ill-health, substance use, disability, or hospital discharge'",
        "R9, R11, R12, R19, R21, R22, R23, R24 raise the question",
        "R0, R13, R14, R16 and R27 too, or R11, R21 and R24 alone",
    ),
    "F3-child": OpenPoint(
        "F3: 'offer of assessment to the cared-for person'",
        "for an adult; for a cared-for child the obligation R2; where nobody is named, find out (F3 about the carer)",
        "F3 for a cared-for child too",
    ),
    "F4-own-row": OpenPoint(
        "F4, R10: 'every other child'",
        "the parent carer's own disabled child is not another; a disabled child of the home is",
        "every disabled child is the one the row is about",
    ),
    "F4-age": OpenPoint(
        "F4: 'every other child', of one whose age cannot be told",
        "counts unless they are a parent, partner, grandparent or alleged to harm",
        "always counts, or never",
    ),
    "raising": OpenPoint(
        "F4: 'shares a parent'; R14: 'children are victims'",
        "step-parents and guardians are parents, foster carers share a home",
        "parent-of alone",
    ),
    "must-also-if": OpenPoint(
        "'must also' under a condition the contact cannot show (carer stress, if neglect, adult needs, carer seen)",
        "an obligation to ask, about everybody whom it can be about",
        "none until the condition is seen",
    ),
    "graver-row": OpenPoint(
        "'unless that person's own facts set the row off'",
        "a graver row about the same person will do (R1 for R2 and R5, R2 for R1, R12 for R11 and R13, R8 or R10 for R9)",
        "only the very row will",
    ),
    "further-clocks": OpenPoint(
        "'its further clocks are obligations'",
        "protocols, stages and other entries of the row's columns are obligations of the row about the same person",
        "timed entries alone are",
    ),
    "R14-children": OpenPoint(
        "R14: 'children are victims (DA Act 21 s3) → MASH', of the victim who is a child, and of whom it is not certain that they are one",
        "a route R2 to MASH for each who may be a child",
        "none beside R14, or none before the age is known",
    ),
    "R14-age": OpenPoint(
        "R14 names no age", "from 16 (DA Act), below it R2", "at any age, or for adults alone"
    ),
    "R26-unknown": OpenPoint(
        "'from 16y0', of a young carer who may or may not be 16",
        "R26 stands where a partial date allows 16; without any date the question for it names R26",
        "R26 stands without any date too",
    ),
    "R28-which": OpenPoint(
        "R28: 'beside the row that cannot wait'",
        "R0, R5, R6, R23, R24 never can, once a person; where the contact says so, the highest row whose team is closed",
        "one a contact, or only where the contact says so",
    ),
    "parent-carer": OpenPoint(
        "R10: 'Parent of disabled child'",
        "step-parents, guardians and parents under 18 too",
        "parents of 18 and over (CA89 s17ZD)",
    ),
    "whole-family": OpenPoint(
        "F9: 'Tell parents unless it raises risk'",
        "where nobody said, or somebody hides, an obligation F9 to decide",
        "told unless 'no', or not told unless 'yes'",
    ),
    "two-addresses": OpenPoint(
        "R11: 'to TF only where no locality is known', of a home whose people give two addresses",
        "none is known",
        "the locality on which the two agree, or the person's nearest",
    ),
    "ages-by-relation": OpenPoint(
        "'An age that cannot be told (partial or no birth date)'",
        "a parent is at least 12 years older than the child, a grandparent 24; the reading does the same",
        "no date, no age",
    ),
}
