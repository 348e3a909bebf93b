"""What comes in: read strictly, every fault named with its place and its mend, and nothing lost."""
