"""Tests of hub/linking."""
