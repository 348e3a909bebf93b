"""The register of teams: what it says, how it comes into force, and what is decided by it."""
