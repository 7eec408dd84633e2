"""How a cost grows with the number of records, and what it would be for more of them."""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping, Sequence


def exponent(smaller: int, cost: float, larger: int, larger_cost: float) -> float | None:
    """Return ``e`` where the cost grew as records to the power of ``e``; ``None`` where one of them is nothing.

    >>> exponent(1_000, 2.0, 10_000, 20.0)
    1.0
    """
    if min(cost, larger_cost) <= 0:
        return None
    return math.log(larger_cost / cost) / math.log(larger / smaller)


def exponents(costs: Mapping[int, float]) -> list[tuple[int, int, float]]:
    """Return the exponent from each size to the next."""
    sizes = sorted(costs)
    found = []
    for smaller, larger in itertools.pairwise(sizes):
        grown = exponent(smaller, costs[smaller], larger, costs[larger])
        if grown is not None:
            found.append((smaller, larger, grown))
    return found


def fitted(costs: Mapping[int, float]) -> float | None:
    """Return the exponent of the straight line through all sizes, on logarithmic axes, by least squares.

    >>> round(fitted({10: 2.0, 100: 20.0, 1000: 200.0}), 6)
    1.0
    """
    points = [(math.log(size), math.log(cost)) for size, cost in costs.items() if cost > 0]
    if len(points) < 2:
        return None
    middle_x, middle_y = (sum(axis) / len(points) for axis in zip(*points, strict=True))
    across = sum((x - middle_x) ** 2 for x, _ in points)
    return sum((x - middle_x) * (y - middle_y) for x, y in points) / across


def projected(costs: Mapping[int, float], records: int, least: float = 0.0) -> float | None:
    """Return the cost at more records, by the exponent between the two largest sizes, but no less than ``least``.

    A start that costs the same at each size makes the exponent between small sizes too low. One size tells nothing.
    """
    steps = exponents(costs)
    if not steps:
        return None
    largest = max(costs)
    return costs[largest] * (records / largest) ** max(steps[-1][2], least)


def reaches(costs: Mapping[int, float], limit: float, least: float = 0.0) -> float | None:
    """Return at how many records the cost reaches a limit, by the same curve; ``None`` where it never does.

    >>> reaches({100: 1.0, 1000: 10.0}, 50.0)
    5000.0
    """
    steps = exponents(costs)
    if not steps:
        return None
    largest, power = max(costs), max(steps[-1][2], least)
    if costs[largest] >= limit:
        return float(largest)
    return largest * (limit / costs[largest]) ** (1 / power) if power > 0.01 else None


def faster_than(costs: Mapping[int, float], power: float, from_size: int = 0) -> Sequence[tuple[int, int, float]]:
    """Return the steps from one size to the next in which the cost grew by more than ``power``."""
    return [step for step in exponents(costs) if step[2] > power and step[0] >= from_size]
