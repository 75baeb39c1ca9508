"""Whether a job may wait, where the queue need not be asked: it has just said that there is room for many more.

The bounds are the queue's, and are kept by it as soon as they come near. Decisions only: knows no Ray and no clock.
"""

from collections import OrderedDict

BELIEVED_SECONDS = 1.0
"""So long what the queue has said is believed; each submission's answer says it anew."""
ENOUGH = 1000
"""Far more than other replicas let in within that time. With less room, the queue is asked for each job."""
_REMEMBERED_USERS = 1000


class Admission:
    """What the queue has said last of each user."""

    def __init__(self) -> None:
        self._room: OrderedDict[str, tuple[int, float]] = OrderedDict()

    def admits(self, user_id: str, now: float) -> bool:
        """Whether one job more of this user may surely wait, at this moment (in seconds); it is counted."""
        room, told_at = self._room.get(user_id, (0, now))
        if room < ENOUGH or now - told_at > BELIEVED_SECONDS:
            return False
        self._room[user_id] = (room - 1, told_at)
        return True

    def told(self, user_id: str, room: int, now: float) -> None:
        """The queue has just said that so many more jobs of this user may wait."""
        self._room[user_id] = (room, now)
        self._room.move_to_end(user_id)
        if len(self._room) > _REMEMBERED_USERS:
            self._room.popitem(last=False)
