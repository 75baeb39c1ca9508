"""Whether all quotes of some lines are regular, found for 64 bytes at a time.

After simdjson (Langdale and Lemire 2019, section 3.1): a bit a byte tells where quotes and borders are, and the exclusive or of
all quotes' bits up to a byte whether it is within quotes. NumPy does it at a fraction of a nanosecond a byte, however many
quotes there are, but takes a tenth of a second to import: it is for large files.
"""

import numpy as np
from numpy.typing import NDArray

_QUOTE, _LINE_FEED, _CARRIAGE_RETURN = b'"\n\r'
_ONE, _TOP = np.uint64(1), np.uint64(63)
_Bits = NDArray[np.uint64]


def are_surely_regular(lines: bytes, delimiter: bytes, *, blanks: bool) -> bool:
    """Whether quotes stand around whole cells or are doubled within them, in lines that end with a line feed.

    Quoted cells must have no line breaks, begin with no delimiter and, unless there may be `blanks`, not be empty; where there
    may be, the last cell of a line must not be blank without quotes. See `scan.Layout`. False says that a closer look is
    needed: cells that begin with a doubled quote get none here.
    """
    characters = np.frombuffer(lines, np.uint8)
    quote, line_end = _bits(characters == _QUOTE), _bits(characters == _LINE_FEED)
    if b"\r" in lines:
        line_end |= _bits(characters == _CARRIAGE_RETURN)
    mark = _bits(characters == delimiter[0])
    border = line_end | mark
    within = _running_parity(quote)
    # A quote is counted itself: an opening one makes the count odd. The second of a doubled quote counts as opening again.
    opening, closing = quote & within, quote & ~within
    beside = border | quote
    first = np.zeros_like(quote)
    first[0] = _ONE
    follows_border, follows_quote = _before(beside) | first, _before(quote)
    begins = opening & ~follows_quote
    if (line_end & within).any() or (opening & ~follows_border).any() or (closing & ~_after(beside)).any():
        return False
    if (begins & _after(border)).any():
        return False
    doubtful = begins & _after(quote)
    if blanks:
        if (mark & ~within & _after(line_end)).any():
            return False
        # Those that are empty, rather than beginning with a doubled quote, end at once.
        doubtful &= ~_after(_after(border))
    return not doubtful.any()


def _bits(mask: NDArray[np.bool_]) -> _Bits:
    """The mask, 64 to a number, the first in the lowest bit; zeros behind its end."""
    packed = np.packbits(mask, bitorder="little")
    words = np.zeros(-(-packed.size // 8) * 8, np.uint8)
    words[: packed.size] = packed
    return words.view(np.uint64)


def _running_parity(bits: _Bits) -> _Bits:
    """For each bit, whether the number of bits up to it, itself counted, is odd."""
    parity = bits.copy()
    for shift in (1, 2, 4, 8, 16, 32):
        parity ^= parity << np.uint64(shift)
    # The top bit has the parity of its word; that of all words before turns a whole word over.
    totals = np.bitwise_xor.accumulate(parity >> _TOP)
    parity[1:] ^= np.uint64(0) - totals[:-1]
    return parity


def _before(bits: _Bits) -> _Bits:
    """For each position the bit of the one before it."""
    shifted = bits << _ONE
    shifted[1:] |= bits[:-1] >> _TOP
    return shifted


def _after(bits: _Bits) -> _Bits:
    """For each position the bit of the one behind it."""
    shifted = bits >> _ONE
    shifted[:-1] |= bits[1:] << _TOP
    return shifted
