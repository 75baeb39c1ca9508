"""`/docs` as a person sees it, in a real browser that can reach nothing but the service.

Needs a Chromium (Debian: `apt install chromium`); where none is, these tests are skipped and say so.
"""

import shutil
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
import uvicorn
from playwright.sync_api import Page, sync_playwright
from pydantic import SecretStr

from api.app import create_app
from jobs.folder import FolderStore
from jobs.store import JobStore
from settings import Settings
from tests.api.test_app import RememberingQueue
from tests.integration.service import eventually, free_port

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium here: apt install chromium"),
]

# Some fifty operations with their schemas, drawn by a busy machine without a graphics card.
_MOST_MS = 180_000


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    settings = Settings(data_dir=tmp_path_factory.mktemp("docs"), api_key=SecretStr("key"))
    app = create_app(settings, JobStore(FolderStore(settings.data_dir)), RememberingQueue())
    port = free_port()
    server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=port, log_level="error"))
    thread = threading.Thread(target=server.run)
    thread.start()
    eventually(lambda: server.started, 20)
    yield f"http://127.0.0.1:{port}"
    server.should_exit = True
    thread.join()


@pytest.fixture(scope="module")
def page(address: str) -> Iterator[Page]:
    with sync_playwright() as browsers:
        browser = browsers.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-dev-shm-usage"])
        page = browser.new_page(viewport={"width": 1200, "height": 1600})
        page.goto(f"{address}/docs")
        page.wait_for_selector(".opblock")
        yield page
        browser.close()


def test_every_endpoint_is_shown_with_its_summary(page: Page) -> None:
    shown = {row.inner_text().strip() for row in page.query_selector_all(".opblock-summary-description")}

    assert {"Start a training job", "Run an inference job", "A user's jobs", "Retry a job", "Readiness check"} <= shown
    assert "" not in shown


def test_a_request_can_be_tried_with_the_key(page: Page, tmp_path: Path) -> None:
    page.click("button.authorize")
    page.fill(".auth-container input", "key")
    page.click(".auth-container button.authorize")
    page.click(".auth-container button.btn-done")

    train = page.locator(".opblock", has=page.get_by_text("Start a training job"))
    train.locator(".opblock-summary-control").click()
    train.get_by_role("button", name="Try it out").click()
    train.get_by_role("button", name="Execute").click()

    answer = train.locator(".live-responses-table .response .response-col_status")
    answer.wait_for()
    # The example that the page fills in is a request that the service takes.
    assert answer.inner_text().split()[0] == "202", train.locator(".live-responses-table").inner_text()


# The page draws each open operation anew with each that is opened: minutes where the machine has other work.
@pytest.mark.timeout(900)
def test_every_operation_opens_without_an_error(page: Page) -> None:
    # All at once: the page is drawn anew after each click, and the more of it is open the longer that takes.
    page.evaluate("document.querySelectorAll('.opblock:not(.is-open) .opblock-summary-control').forEach(one => one.click())")
    page.locator(".opblock.is-open .responses-wrapper").last.wait_for(timeout=_MOST_MS)
    page.wait_for_function(
        "() => !document.querySelector('.opblock .loading, .opblock .opblock-loading-animation')", timeout=_MOST_MS
    )

    assert page.locator(".opblock.is-open").count() == page.locator(".opblock").count() > 30
    assert page.locator(".errors-wrapper").count() == 0
    assert "Resolver error" not in page.inner_text("body")
