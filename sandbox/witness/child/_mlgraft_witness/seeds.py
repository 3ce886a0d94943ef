"""Seeds the global generators of the standard library, numpy and torch as they are imported."""

import sys


def seed_arrivals(seed):
    """Actions on the modules that hold a global generator."""
    small = seed % 2**32

    def seed_random(module):
        module.seed(seed)

    def seed_numpy(module):
        module.seed(small)

    def seed_torch(module):
        module.manual_seed(seed)

    if "random" in sys.modules:
        seed_random(sys.modules["random"])
    return {"random": seed_random, "numpy.random": seed_numpy, "torch": seed_torch}
