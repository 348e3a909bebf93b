"""Tests of the log: what is stored is stored once, in order, unchanged, and truthfully answered."""
