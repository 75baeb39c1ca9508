"""A ZIP archive of stored files that is made in pieces by many, and lies in the object store as one object.

Each piece is its files one after the other, every one behind its header; the directory at the end is made once all pieces are
there. Nothing is compressed, so that a file of the archive is a range of its bytes. The format is that of PKWARE's APPNOTE 6.3,
with its ZIP64 fields where a number needs them.
"""

import struct
import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

_CHUNK = 1 << 20
_LARGE, _MANY = 0xFFFFFFFF, 0xFFFF
_VERSION, _UTF8, _STORED = 45, 1 << 11, 0
# No moment of its own: 1980-01-01, the format's first, so that the same files are the same bytes.
_TIME, _DATE = 0, 0x21
# A regular file of UNIX that all may read.
_UNIX, _MODE = 3 << 8, 0o100644 << 16


@dataclass(frozen=True)
class Member:
    """A file of the archive: its name, size and CRC-32, and where its header begins."""

    name: str
    size: int
    crc: int
    at: int

    @property
    def start(self) -> int:
        """Where its bytes begin."""
        return self.at + len(_header(self))


def append(archive: BinaryIO, name: str, path: Path) -> Member:
    """Writes the file at `path` to the end of a piece, under this name."""
    crc, size = 0, 0
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            crc, size = zlib.crc32(chunk, crc), size + len(chunk)
        member = Member(name, size, crc, archive.tell())
        archive.write(_header(member))
        file.seek(0)
        while chunk := file.read(_CHUNK):
            archive.write(chunk)
    return member


def directory(members: Iterable[Member], at: int) -> bytes:
    """The archive's end, which stands behind `at` bytes of files."""
    entries = [_entry(member) for member in members]
    size, count = sum(map(len, entries)), len(entries)
    end = struct.pack("<4sQHHIIQQQQ", b"PK\x06\x06", 44, _UNIX | _VERSION, _VERSION, 0, 0, count, count, size, at)
    end += struct.pack("<4sIQI", b"PK\x06\x07", 0, at + size, 1)
    if max(size, at) < _LARGE and count < _MANY:
        end = b""
    few = min(count, _MANY)
    end += struct.pack("<4sHHHHIIH", b"PK\x05\x06", 0, 0, few, few, min(size, _LARGE), min(at, _LARGE), 0)
    return b"".join([*entries, end])


def _header(member: Member) -> bytes:
    name, size = member.name.encode(), min(member.size, _LARGE)
    extra = struct.pack("<HHQQ", 1, 16, member.size, member.size) if size == _LARGE else b""
    fields = (_VERSION, _UTF8, _STORED, _TIME, _DATE, member.crc, size, size, len(name), len(extra))
    return struct.pack("<4sHHHHHIIIHH", b"PK\x03\x04", *fields) + name + extra


def _entry(member: Member) -> bytes:
    name, size, at = member.name.encode(), min(member.size, _LARGE), min(member.at, _LARGE)
    long = ([member.size, member.size] if size == _LARGE else []) + ([member.at] if at == _LARGE else [])
    extra = struct.pack(f"<HH{len(long)}Q", 1, 8 * len(long), *long) if long else b""
    fields = (_UNIX | _VERSION, _VERSION, _UTF8, _STORED, _TIME, _DATE, member.crc, size, size)
    return struct.pack("<4sHHHHHHIIIHHHHHII", b"PK\x01\x02", *fields, len(name), len(extra), 0, 0, 0, _MODE, at) + name + extra
