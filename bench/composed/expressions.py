"""The kinds of expression that an output column may be."""

from bench.composed.choices import bands, chosen_value, constant, first_filled, flag, mapped
from bench.composed.numbers import (
    absolute,
    number_format,
    product,
    quotient,
    rank,
    row_number,
    scaled,
    share,
    sided,
    sum_of_two,
    timed_rate,
)
from bench.composed.outputs import Maker
from bench.composed.texts import (
    date_format,
    date_part,
    days_between,
    joined,
    later,
    list_count,
    list_marks,
    minutes_between,
    part_of_code,
    part_of_person,
    sentence,
    span_format,
    text_case,
    until,
)

EXPRESSIONS: tuple[Maker, ...] = (
    text_case, part_of_person, part_of_code, joined, sentence, list_count, list_marks, date_format, date_format, date_part,
    date_part, later, days_between, minutes_between, span_format, number_format, number_format, absolute, sided, product,
    sum_of_two, quotient, scaled, timed_rate, mapped, mapped, flag, flag, chosen_value, bands, first_filled, constant, rank,
    share, row_number, until,
)  # fmt: skip
"""All kinds; those that come oftener in what people do stand twice."""
