"""The page on how a converter is learned has the output and the code that there is."""

from tools import learning_page


def test_the_traced_example_and_the_code_are_as_they_are_now() -> None:
    text = learning_page.PAGE.read_text(encoding="utf-8")

    assert learning_page.page(text) == text, "write it anew: python -m tools.learning_page"


def test_the_page_shows_a_notation_a_function_and_a_row_step() -> None:
    text = learning_page.PAGE.read_text(encoding="utf-8")

    for path in ("values/hexadecimals.py", "expressions/texts.py:before_last", "steps/pieces.py"):
        assert f"<!-- converter/learning/{path} -->" in text
    assert "<!-- explain -->" in text
