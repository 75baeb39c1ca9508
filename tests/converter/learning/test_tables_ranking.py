"""The first few rows of each group, in whatever order they are wanted."""

from tests.converter.learning.lessons import learned

SCORES = "team,who,score\na,Ann,5\na,Dee,7\nb,Cy,4\na,Bob,9\nb,Eve,8\nb,Flo,6\nc,Gus,1"
NEW_SCORES = "team,who,score\ny,Jon,5\nx,Hal,1\nx,Ida,2\ny,Kit,3\ny,Lea,10\ny,Max,7\nx,Ned,2"


def test_the_two_highest_of_each_group_where_they_stand() -> None:
    expected = "team,who,score\na,Dee,7\na,Bob,9\nb,Eve,8\nb,Flo,6\nc,Gus,1"

    assert learned(SCORES, expected, NEW_SCORES) == ["x,Ida,2", "y,Lea,10", "y,Max,7", "x,Ned,2"]


def test_the_two_highest_of_each_group_sorted() -> None:
    expected = "team,who,score\na,Bob,9\na,Dee,7\nb,Eve,8\nb,Flo,6\nc,Gus,1"

    assert learned(SCORES, expected, NEW_SCORES) == ["x,Ida,2", "x,Ned,2", "y,Lea,10", "y,Max,7"]


def test_the_highest_of_each_group_with_ties() -> None:
    given = "team,who,score\na,Ann,9\na,Bob,9\nb,Cy,4\na,Dee,7\nb,Eve,8\nc,Gus,1\nc,Hal,1"
    expected = "team,who,score\na,Ann,9\na,Bob,9\nb,Eve,8\nc,Gus,1\nc,Hal,1"

    rows = learned(given, expected, "team,who,score\ny,Jon,5\nx,Hal,1\nx,Ida,2\ny,Kit,7\ny,Lea,7\ny,Max,7")

    assert rows == ["x,Ida,2", "y,Kit,7", "y,Lea,7", "y,Max,7"]


def test_the_first_two_of_each_group() -> None:
    given = "team,who\na,Ann\na,Bob\nb,Cy\na,Dee\nb,Eve\nb,Flo\nc,Gus\na,Hal"
    expected = "team,who\na,Ann\na,Bob\nb,Cy\nb,Eve\nc,Gus"

    assert learned(given, expected, "team,who\ny,Jon\nx,Hal\nx,Ida\ny,Kit\ny,Lea\nx,Max") == [
        "y,Jon",
        "x,Hal",
        "x,Ida",
        "y,Kit",
    ]
