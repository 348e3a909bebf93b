"""What the benchmarks share: interleaved rounds, medians, the ratio to the machine's own limit, and how noisy the machine was."""

import os
import statistics
import time
from collections.abc import Callable, Mapping

Measure = Callable[[], float]
Rates = Mapping[str, list[float]]


def interleaved(measures: Mapping[str, Measure], rounds: int) -> Rates:
    """Each measure once a round, one after the other, so that what else the machine does falls on all alike.

    The first round warms up and is not counted.
    """
    rates: dict[str, list[float]] = {name: [] for name in measures}
    for number in range(rounds + 1):
        for name, measure in measures.items():
            rate = measure()
            if number:
                rates[name].append(rate)
    return rates


def spread(values: list[float]) -> float:
    """How far the rounds lie apart, as a share of their median."""
    return (max(values) - min(values)) / statistics.median(values)


def report(rates: Rates, limit: str, to_reach: Mapping[str, float]) -> None:
    """A line a measure, its ratio to the limit taken round by round, and the noise."""
    for name, values in rates.items():
        line = f"{name:<10} {statistics.median(values):8,.0f} a second ({min(values):,.0f} to {max(values):,.0f})"
        if name != limit:
            ratios = [own / raw for own, raw in zip(values, rates[limit], strict=True)]
            line += f"   ratio {statistics.median(ratios):5.2f} ({min(ratios):.2f} to {max(ratios):.2f})"
            line += f", to reach {to_reach[name]:.2f}" if name in to_reach else ""
        print(line)
    print(noise(rates[limit]))


def noise(values: list[float]) -> str:
    """One line that says how far to trust the figures."""
    share = spread(values)
    says = (
        "quiet"
        if share < 0.15
        else "noisy: read the ratios, not the rates"
        if share < 0.5
        else "very noisy: run it again"
    )
    return f"noise      {share:8.0%} between rounds of the limit, load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores: {says}"


def loops() -> str:
    """How fast this machine's Python is just now: to set two runs beside each other."""
    begun = time.perf_counter()
    for _ in range(3_000_000):
        pass
    return f"an empty loop of 3,000,000 takes {time.perf_counter() - begun:.3f} s"
