"""A Chromium that looks at a page: what it reports, and faults of accessibility in it."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, sync_playwright

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
AXE = Path(__file__).with_name("axe") / "axe.min.js"


@contextmanager
def chromium() -> Iterator[Browser]:
    """The browser, as long as it is needed."""
    with sync_playwright() as browsers:
        browser = browsers.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-dev-shm-usage"])
        yield browser
        browser.close()


def listen(page: Page, said: list[str]) -> None:
    """Adds what the page's console says of errors and warnings from now on, and every request that failed."""
    page.on("console", lambda message: said.append(message.text) if message.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on(
        "requestfailed",
        lambda request: None if _ended(request.url, request.failure) else said.append(f"{request.url}: {request.failure}"),
    )


def _ended(address: str, failure: str | None) -> bool:
    """Whether a stream of events has come to its end: Chromium tells each of these as aborted, also one read to its end."""
    return address.endswith("/events") and failure == "net::ERR_ABORTED"


def faults(page: Page) -> list[str]:
    """What axe-core finds serious or critical on the page as it is now, with the elements."""
    if not page.evaluate("typeof window.axe === 'object'"):
        # Not as a script element: the page's own policy lets none in.
        page.evaluate(AXE.read_text())
    found: list[dict[str, Any]] = page.evaluate(
        "axe.run(document, {resultTypes: ['violations']}).then(({violations}) => violations)"
    )
    return [
        f"{one['id']}: {one['help']}: {[node['html'][:200] for node in one['nodes'][:3]]}"
        for one in found
        if one["impact"] in ("serious", "critical")
    ]
