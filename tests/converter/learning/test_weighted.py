from tests.converter.learning.learned import converted, rows, table


def test_the_class_goes_by_the_weighted_total_and_the_absent_have_one_of_their_own():
    lines = [(41, 55), (35, 56), (32, 57), (30, 48), (26, 51), (40, None), (25, 40), (20, 44), (25, 27), (10, 42), (20, 50)]

    def made(work, exam):
        if exam is None:
            return ("", "deferred")
        total = 0.8 * work + 0.75 * exam
        return (f"{total:.2f}", "first" if total >= 70 else "second" if total >= 50 else "third" if total >= 40 else "fail")

    given = table(
        "who | work | exam\n"
        + "\n".join(f"s{at} | {work} | {'ABS' if exam is None else exam}" for at, (work, exam) in enumerate(lines))
    )
    expected = table(
        "who | total | class\n" + "\n".join(f"s{at} | {' | '.join(made(work, exam))}" for at, (work, exam) in enumerate(lines))
    )
    further = table("who | work | exam\nx | 44 | 60\ny | 12 | ABS\nz | 15 | 33")
    assert converted(given, expected, further) == rows(("x", "80.20", "first"), ("y", None, "deferred"), ("z", "36.75", "fail"))
