"""Jobs give way: the API answers soon while every slot is busy, since what runs jobs has a lower priority than what answers."""

import os

NICENESS = 15
"""Ray's own for workers. A process of niceness 0 beside it gets some 97 % of a core that both want."""


def give_way() -> None:
    """Lowers this process's priority, and that of all it starts from now on. May be called again."""
    current = os.getpriority(os.PRIO_PROCESS, 0)
    if current < NICENESS:
        os.setpriority(os.PRIO_PROCESS, 0, NICENESS)
