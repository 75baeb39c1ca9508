"""Waits that end when their work is called off: at a deadline's signal, or when Ray cancels a task.

Ray interrupts the main thread by `_thread.interrupt_main`. That breaks off no system call, as a signal does, but Python tells
of both on its wake-up descriptor, so a wait for that descriptor too ends at once.
"""

import contextlib
import selectors
import signal
import socket
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from typing import TypeVar

Result = TypeVar("Result")


@contextlib.contextmanager
def woken_by_interrupts(selector: selectors.BaseSelector) -> Iterator[None]:
    """Has the selector's wait end when the main thread is interrupted, where this is that thread, too."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    woken, waking = socket.socketpair()
    waking.setblocking(False)
    with woken, waking:
        before = signal.set_wakeup_fd(-1)
        try:
            # Whose main thread has an event loop of its own has it woken as ever.
            signal.set_wakeup_fd(waking.fileno() if before == -1 else before, warn_on_full_buffer=False)
            selector.register(woken, selectors.EVENT_READ)
            yield
        finally:
            signal.set_wakeup_fd(before)


def result_of(call: Callable[[], Result]) -> Result:
    """What the call gives or raises. It runs in a thread of its own, which is left to itself when this one is interrupted."""
    done = Future[Result]()
    rung, bell = socket.socketpair()

    def work() -> None:
        with bell:
            try:
                done.set_result(call())
            except BaseException as error:  # noqa: BLE001 (raised where it is waited for)
                done.set_exception(error)

    with rung, selectors.DefaultSelector() as selector, woken_by_interrupts(selector):
        selector.register(rung, selectors.EVENT_READ)
        threading.Thread(target=work, name="call", daemon=True).start()
        while not done.done():
            _wait(selector, None)
    return done.result()


def sleep(seconds: float) -> None:
    """`time.sleep` that an interrupt ends."""
    end = time.monotonic() + seconds
    with selectors.DefaultSelector() as selector, woken_by_interrupts(selector):
        while (left := end - time.monotonic()) > 0:
            _wait(selector, left)


def _wait(selector: selectors.BaseSelector, seconds: float | None) -> None:
    for key, _ in selector.select(seconds):
        # What woke us once is not to do so again.
        assert isinstance(key.fileobj, socket.socket)
        key.fileobj.recv(4096)
