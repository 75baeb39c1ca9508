"""The page `/app`, by a person in a real browser on the real service: the whole road from an example to a converted file.

Needs a Chromium (Debian: `apt install chromium`); where none is, these tests are skipped and say so. The environment variable
SCREENSHOTS names a folder in which they leave what they saw.
"""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.pages import CHROMIUM, chromium, faults, listen
from tests.integration.service import Service

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium here: apt install chromium"),
]

# Eight rows whose letter is the code's first as well as the name's: the example does not tell which is meant.
NAMES = ["ann", "bob", "cy", "di", "ed", "flo", "gus", "hal"]
GIVEN = "name,code,size,amount\n" + "".join(
    f"{name},{name[0].upper()}-{at},{'ab'[at % 2]},{at}\n" for at, name in enumerate(NAMES)
)
EXPECTED = "letter,size,amount\n" + "".join(
    f"{name[0].upper()},{('Large', 'Small')[at % 2]},{at}.00\n" for at, name in enumerate(NAMES)
)
FURTHER = "name,code,size,amount\nann,Z-1,a,5\nbob,Z-2,q,6\ncy,Z-3,b,n/a\ndi,Z-4,b,8\n"
LEARNING_MS = 120_000
PHONE = {"width": 390, "height": 844}
DESK = {"width": 1280, "height": 900}


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    service = Service(tmp_path_factory.mktemp("page"))
    yield f"http://127.0.0.1:{service.port}"
    service.stop()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as running:
        yield running


@pytest.fixture
def said() -> list[str]:
    """What the console of the test's page has said."""
    return []


@pytest.fixture(params=["light", "dark"])
def theme(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def page(browser: Browser, address: str, said: list[str]) -> Iterator[Page]:
    yield from opened(browser, address, said, "light", DESK)


def opened(
    browser: Browser, address: str, said: list[str], theme: str, size: dict[str, int], user: str = "ada"
) -> Iterator[Page]:
    context = browser.new_context(color_scheme=theme, viewport=size, accept_downloads=True)  # type: ignore[arg-type]
    page = context.new_page()
    listen(page, said)
    page.goto(f"{address}/app/")
    page.get_by_label("Your name").fill("ada")
    page.get_by_label("Key", exact=True).fill("key")
    page.get_by_role("button", name="Go on").click()
    page.get_by_role("heading", name="Show it once").wait_for()
    yield page
    context.close()
    assert said == []


def give(page: Page, place: str, text: str, name: str = "some.csv") -> None:
    """Picks a file in the place with this heading."""
    region = page.get_by_role("region", name=place, exact=True)
    region.locator("input[type=file]").set_input_files({"name": name, "mimeType": "text/csv", "buffer": text.encode()})
    region.get_by_text(name, exact=True).wait_for()


def learn(page: Page) -> None:
    give(page, "What you have", GIVEN, "given.csv")
    give(page, "What you want", EXPECTED, "expected.csv")
    page.get_by_role("button", name="Learn", exact=True).click()
    expect(page.locator("#learned .card")).to_have_count(3, timeout=LEARNING_MS)


def look_at(page: Page, text: str, name: str = "further.csv") -> None:
    give(page, "The file", text, name)
    page.locator("#seen .verdict").wait_for(timeout=30_000)


def picture(page: Page, name: str) -> None:
    if folder := os.environ.get("SCREENSHOTS"):
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)


def download(page: Page, button: str) -> str:
    with page.expect_download() as loading:
        page.get_by_role("button", name=button).click()
    return loading.value.path().read_text()


def test_the_whole_road(page: Page) -> None:
    give(page, "What you have", GIVEN, "given.csv")
    give(page, "What you want", EXPECTED, "expected.csv")
    # The same column has the same colour, and says so in words.
    size = page.get_by_role("region", name="What you want: expected.csv").get_by_role("columnheader", name="size")
    expect(size).to_have_class("tone tone-2")
    expect(size).to_contain_text("from size")
    page.get_by_role("button", name="Learn", exact=True).click()

    cards = page.locator("#learned .card")
    expect(cards).to_have_count(3, timeout=LEARNING_MS)
    expect(cards.first).to_contain_text("What stands before the first “-” in code")
    expect(cards.first).to_contain_text("please check")
    cards.first.get_by_text("SQL").click()
    expect(cards.first.locator("pre")).to_be_visible()
    picture(page, "learned")

    # The third file, before anything is answered: the doubtful row is marked, what is odd is counted.
    look_at(page, FURTHER)
    expect(page.locator("#seen td.mark-doubtful").first).to_contain_text("Z")
    expect(page.locator("#seen td.mark-unknown, #seen td.mark-unreadable").first).to_be_visible()
    page.get_by_role("group", name="Show rows").get_by_role("button", name="cannot be read").click()
    expect(page.locator("#seen tbody tr")).to_have_count(1)
    assert faults(page) == []
    picture(page, "doubtful")

    # One answer, and it learns anew.
    page.locator("#asked").get_by_role("button", name="the first character of name in capitals").click()
    expect(page.locator("#learned .card").first).to_contain_text("The first character of name in capitals", timeout=LEARNING_MS)
    expect(page.locator("#seen tbody tr").first.get_by_role("button", name="letter of row 1")).to_have_text("A", timeout=30_000)
    picture(page, "answered")

    # A cell is put right, and the converter has learned it.
    page.get_by_role("button", name="size of row 2").click()
    page.get_by_role("textbox", name="size of row 2").fill("Quite large")
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="size of row 2")).to_have_text("Quite large", timeout=LEARNING_MS)
    page.get_by_role("button", name="Undo the last correction").wait_for()

    # A name for it, then the file: the row that cannot be read goes to the rejects.
    page.get_by_label("Save the converter under a name").fill("letters")
    page.get_by_role("button", name="Save", exact=True).click()
    page.get_by_text("Saved as letters, version 1.").first.wait_for()
    page.get_by_label("Put them into a file of their own").check()
    page.get_by_role("button", name="Convert further.csv").click()
    page.get_by_text("Done, with problems.").wait_for(timeout=LEARNING_MS)
    assert download(page, "Download the result") == "letter,size,amount\nA,Large,5.00\nB,Quite large,6.00\nD,Small,8.00\n"
    rejects = download(page, "Download the rejects").splitlines()
    assert rejects[0].startswith("row,reason,name")
    assert rejects[1].startswith("3,")
    assert "SELECT" in download(page, "Download the converter")
    page.get_by_text("The same with curl or Python").click()
    expect(page.get_by_label("curl", exact=True)).to_contain_text("input_file=@further.csv")
    assert faults(page) == []
    picture(page, "converted")


def test_eight_rows_one_answer_and_a_hundred_thousand_rows_are_right(page: Page) -> None:
    many = range(100_000)
    further = "".join(f"{NAMES[at % 8]},Z-{at},{'ab'[at % 2]},{at}\n" for at in many)
    learn(page)
    look_at(page, f"name,code,size,amount\n{further}")
    expect(page.locator("#seen .verdict")).to_contain_text("doubtful")

    page.locator("#asked").get_by_role("button", name="the first character of name in capitals").click()
    expect(page.locator("#learned .card").first).to_contain_text("The first character of name in capitals", timeout=LEARNING_MS)
    expect(page.locator("#seen .verdict")).to_contain_text("nothing is odd", timeout=30_000)
    page.get_by_role("button", name="Convert further.csv").click()
    page.get_by_text("Done, and clean.").wait_for(timeout=LEARNING_MS)

    right = "".join(f"{NAMES[at % 8][0].upper()},{('Large', 'Small')[at % 2]},{at}.00\n" for at in many)
    assert download(page, "Download the result") == f"letter,size,amount\n{right}"


def test_versions_are_compared_and_rolled_back_and_jobs_gone_on_with(page: Page) -> None:
    learn(page)
    page.get_by_label("Save the converter under a name").fill("initials")
    page.get_by_role("button", name="Save", exact=True).click()
    page.get_by_text("Saved as initials, version 1.").first.wait_for()
    page.locator("#asked").get_by_role("button", name="the first character of name in capitals").click()
    expect(page.locator("#learned .card").first).to_contain_text("The first character of name in capitals", timeout=LEARNING_MS)
    page.get_by_label("Save the converter under a name").fill("initials")
    page.get_by_role("button", name="Save", exact=True).click()
    page.get_by_text("Saved as initials, version 2.").first.wait_for()

    page.get_by_role("link", name="Converters").click()
    card = page.locator(".rows > .card", has=page.get_by_role("heading", name="initials"))
    expect(card).to_contain_text(
        "letter: the first character of name in capitals; before, what stands before the first “-” in code"
    )
    card.get_by_text("What differs between two versions").click()
    card.get_by_role("button", name="Compare").click()
    card.get_by_text("Rows of the example that come out otherwise: 1.").wait_for()
    assert faults(page) == []
    picture(page, "versions")
    card.get_by_role("button", name="Roll back to version 1").click()
    expect(card.locator("[aria-current]")).to_contain_text("Version 1")
    card.get_by_role("button", name="Delete").click()
    page.get_by_role("button", name="Delete it").click()
    expect(card).to_have_count(0)

    page.get_by_role("link", name="Jobs").click()
    newest = page.locator(".rows > .card").first
    expect(newest).to_contain_text("corrected from an earlier one")
    assert faults(page) == []
    picture(page, "jobs")
    newest.get_by_role("button", name="Go on with it").click()
    expect(page.locator("#learned .card").first).to_contain_text("The first character of name in capitals")


def test_the_wanted_cells_of_three_rows_are_enough(page: Page) -> None:
    rows = "".join(f"{day:02}.12.2025,{name}\n" for day, name in enumerate(["Ann", "Bob", "Cy", "Di", "Ed"], 13))
    give(page, "What you have", f"date,name\n{rows}", "dates.csv")
    page.get_by_role("button", name="Type it for the first rows instead").click()
    page.get_by_label("Name of wanted column 1").fill("day")
    for row, day in enumerate((13, 14, 15), 1):
        page.get_by_label(f"Wanted cell 1 of row {row}").fill(f"2025-12-{day}")
    assert faults(page) == []
    picture(page, "typing")
    page.get_by_role("button", name="Learn from these rows").click()

    expect(page.get_by_role("button", name="day of row 5")).to_have_text("2025-12-17", timeout=LEARNING_MS)


def test_files_are_dropped_and_pasted(page: Page) -> None:
    # As a browser does it, with an object that only it can make.
    dropped = page.evaluate_handle(
        """text => {
            const transfer = new DataTransfer();
            transfer.items.add(new File([text], "dropped.csv"));
            return transfer;
        }""",
        "code,amount\na,7\n",
    )
    page.get_by_role("region", name="What you have", exact=True).dispatch_event("drop", {"dataTransfer": dropped})
    page.get_by_text("dropped.csv", exact=True).wait_for()

    want = page.get_by_role("region", name="What you want", exact=True)
    want.get_by_label("What you want: paste it").fill("amount\tcode\n7\ta\n")
    want.get_by_role("button", name="Use this text").click()

    expect(want.get_by_role("columnheader", name="code")).to_contain_text("from code")


def test_rows_that_are_left_out_are_shown_in_the_grid(page: Page) -> None:
    days = [("mon", 3), ("tue", 50), ("wed", 7), ("thu", 90), ("fri", 1), ("sat", 70), ("sun", 20)]
    give(page, "What you have", "day,amount\n" + "".join(f"{day},{amount}\n" for day, amount in days), "given.csv")
    kept = "".join(f"{day},{amount}\n" for day, amount in days if amount >= 20)
    give(page, "What you want", f"day,amount\n{kept}", "expected.csv")
    page.get_by_role("button", name="Learn", exact=True).click()

    page.get_by_role("heading", name="What happens to the rows").wait_for(timeout=LEARNING_MS)
    first = page.locator("#learned tbody tr").first
    expect(first).to_contain_text("mon", timeout=30_000)
    expect(first).to_contain_text("left out")
    assert faults(page) == []
    picture(page, "left-out")


def test_edited_sql_that_differs_from_the_example_is_kept_only_when_it_is_said_again(page: Page, said: list[str]) -> None:
    learn(page)
    page.get_by_label("Save the converter under a name").fill("edited")
    page.get_by_role("button", name="Save", exact=True).click()
    page.get_by_text("Saved as edited, version 1.").first.wait_for()
    page.get_by_role("link", name="Converters").click()
    card = page.locator(".rows > .card", has=page.get_by_role("heading", name="edited"))
    card.get_by_role("button", name="Edit its SQL").click()

    card.get_by_label("The SQL of edited").fill("SELECT lower(code[1]) AS letter, size, amount FROM input")
    card.get_by_role("button", name="Put it as a new version").click()
    expect(card.get_by_role("alert")).to_contain_text("cells match")
    said.remove("Failed to load resource: the server responded with a status of 409 (Conflict)")
    card.get_by_role("button", name="Keep it all the same").click()

    expect(card.locator("[aria-current]")).to_contain_text("differs from its example")


def test_a_contradiction_is_told_and_what_stood_still_stands(page: Page) -> None:
    learn(page)
    look_at(page, "name,code,size,amount\nbob,B-1,b,1\n")
    page.get_by_role("button", name="letter of row 1").click()
    page.get_by_role("textbox", name="letter of row 1").fill("Q")
    page.keyboard.press("Enter")

    told = page.locator("#seen .alarm")
    expect(told).to_contain_text("This does not go together with the example", timeout=LEARNING_MS)
    expect(page.get_by_role("button", name="letter of row 1")).to_have_text("B")


def test_a_file_that_cannot_be_read_says_why(browser: Browser, address: str) -> None:
    context = browser.new_context()
    page = context.new_page()
    page.goto(f"{address}/app/")
    page.get_by_label("Your name").fill("ada")
    page.get_by_label("Key", exact=True).fill("wrong")
    page.get_by_role("button", name="Go on").click()
    expect(page.get_by_role("alert")).to_contain_text("does not hold the right key")
    page.get_by_label("Key", exact=True).fill("key")
    page.get_by_role("button", name="Go on").click()
    region = page.get_by_role("region", name="What you have", exact=True)
    region.locator("input[type=file]").set_input_files({"name": "none.csv", "mimeType": "text/csv", "buffer": b"\n"})

    expect(region.get_by_role("alert")).to_contain_text("input_file")
    assert page.evaluate("Object.keys(localStorage).length") == 0
    assert context.cookies() == []
    context.close()


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_it_is_without_fault_in_both_themes_and_on_a_phone(
    browser: Browser, address: str, said: list[str], theme: str, size: dict[str, int]
) -> None:
    for page in opened(browser, address, said, theme, size):
        learn(page)
        look_at(page, FURTHER)

        assert faults(page) == []
        # Nothing but a table in its own box is wider than the screen.
        assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]
        picture(page, f"road-{theme}-{size['width']}")
        page.get_by_role("link", name="Queue").click()
        page.get_by_role("heading", name="By node").wait_for()
        # The training above has just ended.
        expect(page.get_by_text("Trainings ended: ")).not_to_contain_text("at most 0")
        assert faults(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]
        picture(page, f"queue-{theme}-{size['width']}")


def test_the_road_is_walked_with_the_keyboard_alone(page: Page) -> None:
    learn(page)
    look_at(page, FURTHER)
    page.get_by_role("button", name="letter of row 1").focus()

    page.keyboard.press("Enter")
    page.keyboard.press("Escape")

    focused = page.evaluate("document.activeElement.getAttribute('aria-label')")
    assert focused.startswith("letter of row 1")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.getAttribute('aria-label')").startswith("size of row 1")
