"""Surges: a bulk list of people who need something now becomes contacts, followed until it is no longer needed."""
