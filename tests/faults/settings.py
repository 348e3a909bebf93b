"""The seed of a run, which is printed and may be set, and how many rounds it has: few in CI, many by `make faults`."""

import os
import random

SEED = int(os.environ.get("FAULTS_SEED") or random.SystemRandom().randrange(1_000_000))
ROUNDS = int(os.environ.get("FAULTS_ROUNDS") or 1)


def chance(name: str) -> random.Random:
    """The choices of one test, the same for the same seed, which stands in the head of the report."""
    return random.Random(f"{SEED} {name}")
