"""The page `/app` as it is served: what browsers may do with it, and that it asks for nothing from another host."""

import re

import httpx

from tests.documented import ROOT

WEB = ROOT / "web"


async def test_the_page_is_served_under_a_policy_that_runs_nothing_of_a_cell(client: httpx.AsyncClient) -> None:
    answer = await client.get("/app/")

    policy = dict(part.split(" ", 1) for part in answer.headers["content-security-policy"].split("; "))
    assert answer.status_code == 200
    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == policy["style-src"] == policy["connect-src"] == "'self'"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert (await client.get("/app")).headers["location"] == "http://service/app/"


async def test_every_module_is_there_as_a_script(client: httpx.AsyncClient) -> None:
    for module in WEB.glob("js/*.js"):
        answer = await client.get(f"/app/js/{module.name}")
        assert answer.headers["content-type"].startswith("text/javascript")
        assert "content-security-policy" in answer.headers


async def test_nothing_beside_the_page_is_served(client: httpx.AsyncClient) -> None:
    for path in ("/app/../settings.py", "/app/%2e%2e/settings.py", "/app/none.js"):
        assert (await client.get(path)).status_code == 404


def test_nothing_is_asked_of_another_host() -> None:
    for file in WEB.rglob("*.*"):
        # The name of SVG's elements is no address that anything is fetched from.
        named = re.sub(r"http://www\.w3\.org/2000/svg", "", file.read_text())
        assert not re.search(r"(?:https?:)?//[a-z0-9.-]+\.[a-z]{2,}/?", re.sub(r"(?m)^\s*//.*$", "", named)), file


def test_a_module_has_400_lines_at_most() -> None:
    for file in WEB.rglob("*.*"):
        assert len(file.read_text().splitlines()) <= 400, file
