"""What ranking weighs: the price of each feature of a program, in nats.

A program's score is the sum, the least is the likeliest.
`tools/fit_ranking.py` holds right programs against wrong ones that fit the examples of the open cases and of made-up tables.
Behind a weight stands how many cases speak of it: in so many a right and a wrong option that cost about the same differ in it.
Those without a number are priors, since fewer than five do.
"""

CONDITION = {
    "blank": 1.0,  # 11 cases
    "sign": 1.2,  # 10 cases
    "computed sign": 3.0,
    "equal": 1.6,  # 28 cases
    "member": 2.6,
    "threshold": 3.0,  # 9 cases
    "computed threshold": 4.2,
    "contains": 3.2,
    "starts": 2.8,
    "pattern": 3.6,
    "compared": 3.2,
    "length": 3.2,
    "position": 5.0,
    "group": 3.0,
}
"""A condition's kind; to it comes the logarithm of how many of the kind there are."""

ALTERNATIVES = 0.5  # 44 cases
"""What the logarithm of the number of alternatives counts."""

SINGLE = 1.6  # 13 cases
"""A condition, a branch or a map's entry that one row alone speaks for."""

UNSIGNED = 1.5
"""A sign is asked where all numbers have it: that there is a number says as much."""

BELOW_NOUGHT = 1.0
"""A limit is a negative number."""
NO_NUMBER = 0.8
"""What stands where else numbers stand, such as a dash, is none: that is asked, beyond whether the cell is filled."""

SAID_TO_BE_NOTHING = 0.2
"""A dash or `nil` in a column counts as a blank."""

NOT_TOTAL = -2.5
"""Rows of totals are left out: their key cell says so."""

NOT_VOID = 1.2
"""Rows that say themselves that they do not count, as those of cancelled orders, are left out: one such row speaks for it."""

NOT_KEPT = 3.0
"""A list of values, beside another condition, has one that no row has for which both hold: nothing shows that it is kept."""

LISTED = 0.4  # 13 cases
"""Two values of a column that has more are listed: for each of the others."""

STATE = -1.3  # 11 cases
"""A value is asked for of a column that is named as a state or kind."""

FLAG = -2.0
"""A column says but yes and no, in words."""

STANDING = -3.0
"""All values of a state that are not listed say themselves that their rows do not count."""

MARKED = -0.7  # 8 cases
"""The one value of a column that comes back, where all others are different: it stands for something."""
UNNAMED_BLANK = 0.5
"""Two texts are told apart by whether a column is filled that is named otherwise."""
SIGN_OF_FLAG = 0.8
BOTH = 0.5
EITHER = 2.0
"""Two conditions together, one of two: that is asked of one column, hardly ever of two."""
VALUES_ONCE = 3.0  # 28 cases
"""A condition names a value of a column, on the square of the share of rows whose values come but once: such columns name
things."""
AMOUNT_NAMED = 2.0
SHORT_NUMBER = 2
"""A condition names one of several amounts, dates, telephones or other numbers of more digits than these: grades are short."""
LETTERS_OF_WORDS = 1.5
"""A condition on a letter or two with which words begin or end."""
MARK_OF_NAMES = 1.2
"""A condition on a mark that names and sentences have, such as a comma."""
PART_OF_ONE = 2.0
"""What stands where other columns are blank is made from a part of a text, of which a single row speaks."""
BRANCH = 1.0  # 20 cases
NEIGHBOUR_AS_BRANCH = 3.0
"""A choice's result is what stands in the row before or after."""
SAID_BY_VALUE = -1.5
"""A choice's text is a word of the value that the condition asks for."""
MAPPING = 2.4  # 14 cases
MAPPING_ENTRY = 0.7  # 14 cases
SINGLE_ENTRY = 0.8  # 11 cases
"""A value of a map that one row alone has, whether an entry says it or the default."""
RECITED = 4.0
"""A text for one row alone, among texts that are computed, has in it what a cell of that row says: it is computed as well."""
OTHER_AS_IT_IS = 2.0
"""A map of one column's values leaves another column's as they are."""
RELABELLED = -1.2
"""Three values and more have a text each, none shares it: the same said in other words, which chance hardly makes."""
MAPPED_PART = 1.5  # 6 cases
"""A map of a part of a text, not of a column as it is."""
NAME_SHARED = -1.6  # 11 cases
"""The source is named as the output column."""
FAMILIAR_FACTOR = 1.5
VAGUE, VAGUE_FACTOR = 1.05, 2.0
"""What a familiar factor costs more where the numbers, rounded, leave it so wide a range: some factor lies in it by chance."""
OTHER_FACTOR = 5.0
AMOUNT, EXACT_AMOUNT = 2.5, 1.5
"""An amount is added to a number; in all rows exactly that, though the numbers may be rounded."""
DIGIT = 0.9
PIECE_OF_NUMBER = 2.0
"""A part of a number's text where a number is wanted."""
MAPPED_FIGURES = 3.0
"""A map of a part of a number, a time or a date."""
MAPPED_NUMBER = 3.0
"""A map of amounts."""
SHARED = 0.6
"""Of a condition that another column is decided by as well, so much is saved."""
ZERO_IS_NONE = -1.5
"""A nought that stands for nothing is left blank."""
SHARED_DECIDER = 1.8
"""A choice by columns by which another output column is decided as well saves so much, whatever it asks of them."""
PLACE_SHOWN = 1.5
"""A choice asks for the place of a row in its group, or what else comes of other rows, that another column shows."""
STOOD_IN = 4.0
"""A column shows what stands in for another's blanks elsewhere, where that other one is filled."""
RELABELLED_DECIDER = 1.2
"""Beyond that, where that other column says this one's values in other words: they are states."""
OWN_CONDITION = -0.7  # 18 cases
"""A branch's condition looks at the column that the branches read."""
SHOWN = -2.5  # 6 cases
"""A condition asks for a computed number that another output column shows."""
SHOWN_BLANK = -1.5
"""A condition asks whether another output column is blank."""
SHOWN_UNIT = -2.5
"""It is compared with another span of time."""
FIRST_LINES = 4.0
"""Records of several lines of which but the first lines are shown."""
ASKED_AND_SHOWN = -3.5
"""Rows are kept by what two numbers make together, of which an output column is made as well."""
FORM = -2.8
"""A condition asks for the form of a text from which other columns are read that are blank where it has not that form; of each
such column."""
UNNAMED_RANK = 10.0
"""A rank in a column that is named otherwise, less the logarithm of the orders that the rows may have."""
BLANK_ELSEWHERE = 3.0
"""A column that the example never shows blank would be, on this share of changed rows."""
COUNTING = 2.5
"""A bound of a number that rises from row to row."""
NAMED_VALUE = -3.0  # 5 cases
"""A condition asks for the value that the output column is named after."""

ABBREVIATED = -1.5
"""Most of a map's texts begin as what they are mapped from: codes for words."""
TRUTH = -3.0
"""A map of yes and no to yes and no."""
MEMBERSHIP = 4.0
"""A list has a member; to it comes the logarithm of how many members there are."""
HARDLY_A_LIST = 1.5
"""A member is asked for after which the output column is not named: on the share of cells that have one member alone."""
NOT_SHOWN = 2.2  # 10 cases
"""A number's digits would be cut off though no row of the example shows that they are."""
BAND = 0.9
"""A stretch of a number's values that has a text of its own."""
BAND_OF_ONE = 0.5
"""The share of `SINGLE` that a band counts for which one row alone speaks: its neighbours bound it."""
NUMBER_BY_HEART = 4.0
"""An entry of a map that gives a number for an amount, a date or one of the things that are numbered: it is computed."""

MISTAKEN = 4.5
"""A row of the example is mistaken, of some dozens one; to it comes the logarithm of how many rows there are."""
ECHO = 3.0  # 5 cases
"""What stands for a missing value is a part of another cell in every row where it stands."""
LONE_CONSTANT = 1.9
"""One row's text is said by heart where other rows' are computed: a logit, fitted on the columns of 200 open cases."""
HALF_OF_THE_DAY = 6.0
"""A text that is the same in all rows says whether a time is before noon."""
NAMED_FUNCTION = -1.2
"""The output column is named as what makes it of a group's rows: least, greatest, mean, last."""
GIVEN_CONSTANT = 2.5
"""A part of a text that all rows of the input give is put in as a constant: that they all have it is rather chance."""
NUMBER_NAMED = 1.0
"""A condition on the figures with which texts begin."""
NUMBER_PARTED = 3.0
"""Figures that all rows have stand right beside computed ones: of one number a part would be known by heart."""
