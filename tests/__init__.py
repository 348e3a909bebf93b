"""The tests: each a sentence about what the hub does."""
