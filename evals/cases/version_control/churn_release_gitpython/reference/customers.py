"""Simulated customers of a telephone company: some of them leave."""

import numpy as np

COLUMNS = ("months", "calls", "complaints", "price")


def simulate(count, seed):
    """Return one row for each customer, and whether he left."""
    rng = np.random.default_rng(seed)
    months = rng.integers(1, 72, count)
    calls = rng.poisson(4, count)
    complaints = rng.poisson(0.6, count)
    price = rng.normal(30, 8, count).round(2)
    pull = 1.4 * complaints + 0.05 * (price - 30) - 0.04 * months
    left = rng.random(count) < 1 / (1 + np.exp(-pull))
    return np.column_stack([months, calls, complaints, price]), left.astype(int)
