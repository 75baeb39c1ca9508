"""A node's disk: whether there is room to begin a job, and how much of it one run may take."""

import logging
import shutil
import tempfile

from converter.sandbox import Limits
from settings import Settings

log = logging.getLogger(__name__)


def has_room(settings: Settings) -> bool:
    """Whether a job may begin here; below the reserve those that run keep what is left."""
    free = shutil.disk_usage(tempfile.gettempdir()).free
    if free < settings.disk_reserve_bytes:
        log.warning("the disk is nearly full (%d bytes are free, DISK_RESERVE_BYTES is %d)", free, settings.disk_reserve_bytes)
        return False
    return True


def limits(settings: Settings) -> Limits:
    """What one run of a converter may take, so that all slots together do not fill the disk."""
    return Limits(
        seconds=settings.job_seconds,
        memory_bytes=settings.converter_memory_bytes,
        output_bytes=settings.output_bytes,
        threads=1,
        disk_share=0.9 / settings.slots,
    )
