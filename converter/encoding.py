"""What encoding a file's bytes are in: certain where they say so themselves, else the likeliest, and told as a guess.

UTF-8 proves itself: no other text looks like it by chance. What else there is, `chardet` tells by the letters' frequencies,
among the encodings that programs write today; where its evidence is weak, text is Western, in the encoding that gives words.
"""

import codecs
import re
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from converter.errors import BadCsv
from converter.notes import shown

SAMPLE_BYTES = 1 << 16
"""How much of a file's beginning is looked at where a part of it will do."""

_CHUNK = 1 << 20
_BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# A well-formed character of UTF-8 that is not ASCII, without the fine print.
_UTF8_CHARACTER = re.compile(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")
_HIGH = bytes(range(0x80, 0x100))
_LINES_SHOWN = 5
_LETTERS_SAMPLE = 64 << 10
# Those that programs of our day write, beside Western ones: spreadsheets and bank software of each region.
_FOREIGN = (
    *("cp1250", "cp1251", "cp1253", "cp1254", "cp1255", "cp1256", "cp1257", "koi8-r", "cp866"),
    *("gb18030", "big5hkscs", "cp932", "euc-jp", "cp949"),
)
# Measured on texts of a few names in each of them: right ones have 0.02 and more, and twice what the next one has. Where words
# have no letters of ASCII, a Western encoding is out of the question, and little of a lead will do.
_LEAST_CONFIDENCE, _LEAST_LEAD, _FOREIGN_LEAD = 0.02, 2.0, 1.2
_WESTERN = ("cp1252", "mac_roman", "cp850", "latin-1")
_BESIDE_LETTERS = frozenset("’”»…€°²³¹™®©–—·ªº£¥§¢×÷½¼¾¿¡“‘«‚„")
_NOT_BEFORE_LETTERS = frozenset("®©™°²³¹·ªº¼½¾×÷»”…")
_SPOKEN = {"cp1252": "Windows-1252", "mac_roman": "Mac Roman", "latin-1": "Latin-1", "cp932": "Shift-JIS", "cp949": "EUC-KR"}
_MOST_CONTROLS, _FEW_CONTROLS = 0.05, 3


@dataclass(frozen=True)
class Encoding:
    """A Python codec's name. `broken` says that some bytes are none of its; `notes` tell of a guess or of these bytes."""

    codec: str
    broken: bool = False
    notes: tuple[str, ...] = ()

    @property
    def errors(self) -> str:
        """How a decoder takes bytes that are none of the encoding."""
        return "replace" if self.broken else "strict"


def encoding_of(path: Path, name: str) -> Encoding:
    """The encoding of the file, decided on all its bytes. Raises `BadCsv` for a binary file."""
    with path.open("rb") as file:
        head = file.read(SAMPLE_BYTES)
    encoding = marked(head) or _unmarked_utf16(head)
    if encoding is not None and encoding != "utf-8-sig":
        return Encoding(encoding)
    scan = _Scan.of(path)
    if scan.nul_line and _control_share(head.decode("latin-1")) > _MOST_CONTROLS:
        raise BadCsv(name, "is binary, not text; give a CSV file")
    if scan.nul_line:
        raise BadCsv(name, f"has a NUL byte in line {scan.nul_line}, which no text has; give a CSV file, or remove that byte")
    if scan.is_utf8:
        return Encoding(encoding or "utf-8")
    characters = _Characters.of(path)
    if characters.valid >= characters.invalid:
        lines = ", ".join(map(str, characters.lines)) + (", …" if len(characters.lines) == _LINES_SHOWN else "")
        bad = f"{characters.invalid} byte{'s' * (characters.invalid > 1)}"
        note = f"the file is UTF-8, but for {bad} (line {lines}), which became \ufffd; name its encoding if it is another"
        return Encoding(encoding or "utf-8", broken=True, notes=(note,))
    guess = _guessed(characters.sample)
    text = characters.sample.decode(guess, "replace")
    # Control characters in UTF-8 may be somebody's data; in bytes of no encoding they are a binary file's.
    if _control_share(head.decode("latin-1")) > _MOST_CONTROLS:
        raise BadCsv(name, "is binary, not text; give a CSV file")
    example = next((word for word in re.findall(r"\w+", text) if not word.isascii()), text.strip()[:20])
    return Encoding(
        guess, notes=(f"read as {spoken(guess)}, by its letters (as in {shown(example)}); name its encoding if wrong",)
    )


def marked(head: bytes) -> str | None:
    """The encoding that a byte order mark tells."""
    return next((encoding for mark, encoding in _BYTE_ORDER_MARKS if head.startswith(mark)), None)


def spoken(codec: str) -> str:
    """What people call a codec."""
    return _SPOKEN.get(codec, codec.upper() if codec[:2] != "cp" else f"Windows-{codec[2:]}" if codec[2:4] == "12" else codec)


def known(name: str) -> str | None:
    """The codec of that name, or None where there is none for text."""
    try:
        codec = codecs.lookup(name)
    except (LookupError, ValueError):
        return None
    # Codecs from bytes to bytes and from text to text are none of a file's.
    return (
        codec.name
        if getattr(codec, "_is_text_encoding", True) and codec.name not in ("idna", "punycode", "undefined")
        else None
    )


@dataclass(frozen=True)
class _Scan:
    """What all bytes of a file say at the speed of memory. `nul_line` is the first line with a NUL byte, 0 for none."""

    is_utf8: bool
    nul_line: int

    @classmethod
    def of(cls, path: Path) -> "_Scan":
        decoder, is_utf8, lines = codecs.getincrementaldecoder("utf-8")(), True, 0
        with path.open("rb") as file:
            while chunk := file.read(_CHUNK):
                if (at := chunk.find(b"\0")) >= 0:
                    return cls(is_utf8, lines + chunk.count(b"\n", 0, at) + 1)
                lines += chunk.count(b"\n")
                is_utf8 = is_utf8 and _decodes(decoder, chunk)
        return cls(is_utf8 and _decodes(decoder, b"", final=True), 0)


@dataclass(frozen=True)
class _Characters:
    """Characters of UTF-8 in a file and bytes that are none, the first lines that have such, and lines with high bytes."""

    valid: int
    invalid: int
    lines: tuple[int, ...]
    sample: bytes

    @classmethod
    def of(cls, path: Path) -> "_Characters":
        valid, invalid, number, lines, sample = 0, 0, 0, list[int](), bytearray()
        with path.open("rb") as file:
            while chunk := _lines(file):
                high = len(chunk) - len(chunk.translate(None, _HIGH))
                found = [match.end() - match.start() for match in _UTF8_CHARACTER.finditer(chunk)] if high else []
                valid += len(found)
                invalid += high - sum(found)
                if high and (len(lines) < _LINES_SHOWN or len(sample) < _LETTERS_SAMPLE):
                    for at, line in enumerate(chunk.splitlines(keepends=True), number + 1):
                        if not line.isascii():
                            sample += line[: max(0, _LETTERS_SAMPLE - len(sample))]
                            if len(lines) < _LINES_SHOWN and not _decodes(
                                codecs.getincrementaldecoder("utf-8")(), line, final=True
                            ):
                                lines.append(at)
                number += chunk.count(b"\n")
        return cls(valid, invalid, tuple(lines), bytes(sample))


def _lines(file: BinaryIO) -> bytes:
    return file.read(_CHUNK) + file.readline(_CHUNK)


def _guessed(sample: bytes) -> str:
    # Imported here: most files are UTF-8, and need no guess.
    import chardet

    ranked = chardet.detect_all(
        sample, ignore_threshold=True, include_encodings=["cp1252", *_FOREIGN], compat_names=False, prefer_superset=False
    )
    best, *others = [(str(one["encoding"]), float(one["confidence"] or 0)) for one in ranked] or [("cp1252", 0.0)]
    second = others[0][1] if others else 0.0
    lead = best[1] / second if second else float("inf")
    needed = _FOREIGN_LEAD if _is_of_high_bytes(sample) else _LEAST_LEAD
    is_strong = best[1] >= _LEAST_CONFIDENCE and lead >= needed
    if is_strong and best[0] != "cp1252" and known(best[0]):
        return "iso8859-2" if best[0] == "cp1250" and _is_latin2(sample) else best[0]
    return min(_WESTERN, key=lambda codec: _oddities(sample, codec))


def _is_of_high_bytes(sample: bytes) -> bool:
    """Whether most bytes above ASCII stand beside others: a script of its own, not Latin letters with accents."""
    runs = [len(run) for run in re.findall(rb"[\x80-\xff]+", sample)]
    return sum(length for length in runs if length > 1) > 0.6 * sum(runs)


def _is_latin2(sample: bytes) -> bool:
    """Whether text in Windows-1250's languages is in the standard's encoding, which has some of its letters elsewhere."""
    return not re.search(rb"[\x80-\x9f]", sample) and _oddities(sample, "iso8859-2") < _oddities(sample, "cp1250")


def _oddities(sample: bytes, codec: str) -> int:
    """How often a character stands where it cannot in a word: a sign within or behind letters, a capital behind small ones."""
    text = sample.decode(codec, "replace")
    count = 0
    for match in re.finditer(r"[^\x00-\x7f]", text):
        at, character = match.start(), match[0]
        before = text[at - 1 : at]
        if character == "\ufffd" or "\x80" <= character <= "\x9f":
            count += 2
        elif character.isalpha():
            count += character.isupper() and before.islower()
        else:
            after = text[at + 1 : at + 2]
            count += before.isalpha() and (character not in _BESIDE_LETTERS or after.islower())
            count += after.isalpha() and character in _NOT_BEFORE_LETTERS
    return count


def _decodes(decoder: codecs.IncrementalDecoder, chunk: bytes, final: bool = False) -> bool:
    if chunk.isascii() and not final and not decoder.getstate()[0]:
        return True
    try:
        decoder.decode(chunk, final)
    except UnicodeDecodeError:
        return False
    return True


def _unmarked_utf16(head: bytes) -> str | None:
    """UTF-16 without a byte order mark shows as NULs at every other byte of mostly Latin text."""
    if len(head) < 4 or b"\0" not in head:
        return None
    low, high = head[0::2].count(0), head[1::2].count(0)
    half = len(head) // 2
    if high > 0.4 * half and low == 0:
        return "utf-16-le"
    return "utf-16-be" if low > 0.4 * half and high == 0 else None


def _control_share(text: str) -> float:
    count = sum(character < " " and character not in "\t\r\n\f\v" for character in text)
    # One or two in a few lines are somebody's slip.
    return count / max(1, len(text)) if count >= _FEW_CONTROLS else 0.0
