"""Benchmarks: how fast, as a ratio to the machine that it runs on."""
