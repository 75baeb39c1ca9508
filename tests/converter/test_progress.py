"""How far a run is."""

from dataclasses import dataclass

from converter.progress import Progress


@dataclass
class Reader:
    bytes_read: int | None


def test_nothing_is_known_before_the_engine_reads() -> None:
    progress = Progress()
    assert progress.share() is None

    progress.follow(Reader(None), 100)

    assert progress.share() is None


def test_the_share_is_what_was_read_and_never_more_than_all() -> None:
    reader, progress = Reader(25), Progress()
    progress.follow(reader, 100)

    shares = [progress.share()]
    reader.bytes_read = 250
    shares.append(progress.share())

    assert shares == [0.25, 1.0]
