"""Questions for a person: where programs that fit an example part."""

from converter.account import account
from converter.doubts import questions
from converter.rating import Rating
from converter.table import Example
from converter.trial import rows_of
from tests.converter.asked import LETTERS, LIMITS, learned, table


def test_rivals_fit_the_example_and_part_from_the_converter_elsewhere() -> None:
    lesson, converter = learned(LETTERS)

    further = table("name,code zoe,A-1")
    assert lesson.rivals
    for rival in lesson.rivals:
        assert rows_of(rival, LETTERS.input) == rows_of(converter.statement, LETTERS.input)
    assert {rows_of(one, further)[0][0] for one in (converter.statement, *lesson.rivals)} == {"A", "Z"}


def test_an_example_that_tells_everything_has_no_rivals() -> None:
    lesson, _ = learned(Example(table("a,b 1,x 2,y 3,z"), table("b x y z")))

    assert lesson.rivals == ()


def test_a_question_is_a_row_that_could_come_with_what_each_program_makes_of_it() -> None:
    lesson, converter = learned(LETTERS)

    (asked, *_) = questions(converter, lesson.rivals, LETTERS.input, limits=LIMITS)

    told = asked.to_json(LETTERS.input.columns, ("letter",))
    assert (told["kind"], told["column"]) == ("cell", "letter")
    assert tuple(told["given"].values()) not in LETTERS.input.rows
    assert told["answers"][0]["is_converter"]
    assert len({one["cell"] for one in told["answers"]}) == len(told["answers"]) >= 2
    assert {one["explanation"] for one in told["answers"]} >= {"what stands before the first “-” in code"}


def test_a_question_keeps_its_id() -> None:
    lesson, converter = learned(LETTERS)

    ids = [
        [
            one.to_json(("name", "code"), ("letter",))["id"]
            for one in questions(converter, lesson.rivals, LETTERS.input, limits=LIMITS)
        ]
        for _ in range(2)
    ]

    assert ids[0] == ids[1]


def test_another_condition_that_keeps_the_same_rows_is_a_rival_and_asked_about() -> None:
    given = table("item,state,sold pen,sold,2024-03-01 cup,open, hat,sold,2024-03-04 bag,open, mat,sold,2024-03-09 jar,open,")
    lesson, converter = learned(Example(given, table("item pen hat mat")))

    asked = questions(converter, lesson.rivals, given, limits=LIMITS)

    assert "state" in converter.statement
    assert any("sold IS NULL" in one and "state" not in one for one in lesson.rivals)
    assert any(one.doubt.column is None for one in asked)


def test_whether_a_row_is_kept_is_asked_about_the_row_as_a_whole() -> None:
    example = Example(table("name,age ann,31 bob,12 cy,45 di,9 el,20"), table("name,age ann,31 cy,45 el,20"))
    lesson, converter = learned(example)

    asked = questions(converter, lesson.rivals, example.input, limits=LIMITS)

    rows = [one for one in asked if one.doubt.column is None]
    assert rows
    assert {len(answer.rows) for answer in rows[0].doubt.answers} == {0, 1}
    assert rows[0].text == "Should a row like this be kept?"


def test_where_rows_depend_on_each_other_a_row_is_asked_about_among_the_others() -> None:
    example = Example(table("k,n a,1 b,2 a,3"), table("k,n a,4 b,2"))
    _, converter = learned(example)
    rival = converter.statement.replace("SUM(", "2 * AVG(")

    (asked, *_) = questions(converter, [rival], example.input, limits=LIMITS)

    assert asked.doubt.given is not None
    assert len(asked.doubt.answers) == 2


def test_the_account_has_a_sentence_a_rating_and_rows_for_each_column() -> None:
    lesson, converter = learned(LETTERS)

    told = account(converter, lesson.columns, lesson.rivals, LETTERS, 0.99, limits=LIMITS).to_json()

    (column,) = told["columns"]
    assert column["explanation"] == "what stands before the first “-” in code"
    assert column["rating"] == Rating.CHECK  # Since it is asked about.
    assert told["rating"] == Rating.CHECK
    assert column["rows"][0] == {"row": 1, "given": {"code": "A-1"}, "made": "A"}


def test_ratings_have_their_borders() -> None:
    assert [Rating.of(one) for one in (0.95, 0.94, 0.6, 0.59)] == ["sure", "check", "check", "guess"]
    assert Rating.of(0.99, is_asked=True) == "check"
