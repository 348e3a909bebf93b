"""The concerns of vocabulary.yaml, with the rows that each can set off."""

from __future__ import annotations

CODES = dict(
    line.split(": ")
    for line in """immediate-danger: R0
child-harm: R1
child-need: R2
child-disability: R2 R10 R20
early-help: R3
unborn-risk: R4
no-one-to-care: R5
homeless-16-17: R5 R27
missing-child: R6
exploitation: R6
private-fostering: R7
young-carer: R8 R26
adult-carer: R9
parent-carer: R10
care-need: R11
adult-abuse: R12
worry-below-threshold: R13
domestic-abuse: R2 R13 R14
professional-allegation: R15
radicalisation: R16
loneliness: R17 R18
low-mood-anxiety: R17
bereavement: R17
unemployment: R17
money-benefits: R17
community-connection: R18
essential-supplies: R18
equipment-adaptation: R19 R20
hospital-discharge: R21
regain-skills: R22
delegated-health-task: R22
care-breakdown: R23
mental-health-crisis: R24
capacity-doubt: R25
transition: R26
homelessness: R27
feedback: R29
death: R31
moved-away: R32
substance-use: R11 R17
mental-ill-health: R11""".splitlines()
)
