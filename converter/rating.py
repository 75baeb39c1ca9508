"""How sure something is, in a word: for people, beside the probability."""

from enum import StrEnum

SURE, CHECK = 0.95, 0.6
"""From these probabilities on: of twenty such converters one is wrong at most, and more are right than wrong."""


class Rating(StrEnum):
    """What a person is to do about it."""

    SURE = "sure"
    CHECK = "check"
    GUESS = "guess"

    @classmethod
    def of(cls, probability: float, *, is_asked: bool = False) -> "Rating":
        """The rating; what a question is open about is never sure."""
        if probability >= SURE and not is_asked:
            return cls.SURE
        return cls.CHECK if probability >= CHECK else cls.GUESS
