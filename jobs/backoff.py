"""How long to wait before trying again."""

import random


def delay(failures: int, *, first: float, most: float) -> float:
    """Seconds to wait after so many failures in a row (1 or more): doubling from `first` up to `most`.

    Half of it is chance, so that those who failed together do not come back together ("equal jitter", M. Brooker,
    Exponential Backoff And Jitter, 2015).
    """
    whole = min(most, first * 2 ** min(failures - 1, 32))
    return whole * (0.5 + random.random() / 2)  # noqa: S311 (no secret)
