"""The stored knowledge is what the libraries say today."""

from tools.relations import PATH, written


def test_the_stored_relations_are_those_of_the_installed_libraries() -> None:
    assert PATH.read_text(encoding="utf-8") == written(), "run `make relations`"
