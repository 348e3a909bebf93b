"""Tests of what the benchmarks rest on: made-up people and the counting of right and wrong."""
