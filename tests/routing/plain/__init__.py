"""An independent reading of routing.md in plain Python, and what it says of made-up contacts.

It was written from the domain's text alone (routing.md, vocabulary.yaml, contracts.md 5.1), before its author
had seen the policy, so that two readers who never spoke can be held against each other.
"""
