"""How sure a learned converter is, and thus whether a model is asked at all.

`confidence` is the one place to replace where a learner tells more: it reads what the learner itself says of the whole.
"""

from converter.lesson import ColumnEvidence, Lesson

# The crew's own confidence, by what stands behind a program that fits the example. A capable model's statements that fitted
# were right for 97 of 127 hard cases; where a second, independent program agreed on changed rows, or the Tester had seen where
# they differ, for more. To be fitted on cases when capable models have been run on them.
AGREED = 0.9
DECIDED = 0.85
ALONE = 0.75
OPEN = 0.5

# Each sign of doubt leaves so much of a learner's confidence, until learners tell their own for the whole: of 16 converters for
# real cases that were "100 % sure" of every column, 8 were wrong, by a condition or by the choice of rows.
_SIGN = 0.8
_FEWEST_ROWS = 2


def confidence(lesson: Lesson) -> float:
    """The chance that a further file of the same kind comes out right as a whole; 0 without a converter.

    The learner's own (`evidence.confidence`), or else that of its least sure column, less for each sign of doubt: conditions,
    row steps, an example of hardly any rows.
    """
    converter = lesson.converter
    if converter is None:
        return 0.0
    told = converter.evidence.get("confidence")
    if told is not None:
        return float(told)
    least = min((column.confidence for column in lesson.columns), default=0.0)
    text = converter.statement.upper()
    rows = max((column.total for column in lesson.columns), default=0)
    signs = ("CASE " in text, not converter.is_rowwise or "WHERE" in text, rows < _FEWEST_ROWS)
    return float(least * _SIGN ** sum(signs))


def is_sure(lesson: Lesson, least: float) -> bool:
    """Whether synthesis answers alone; `least` is the confidence that it takes (the setting SURE_CONFIDENCE)."""
    return lesson.converter is not None and confidence(lesson) >= least


def settled(lesson: Lesson, least: float) -> list[ColumnEvidence]:
    """The columns that synthesis is sure of, while it is not of the whole."""
    return [one for one in lesson.columns if one.explained and one.expression is not None and one.confidence >= least]
