"""Data frames of pandas and polars, where these are installed; neither is imported unless a frame of it is given or wanted.

All cells of a result are text, as they are in the file: `007` stays so. A missing cell is None (null), an empty one is "".
"""

from collections.abc import Sequence
from importlib import import_module
from io import BytesIO
from typing import Any, Literal, TypeAlias

Frame: TypeAlias = Any
"""A `pandas.DataFrame` or a `polars.DataFrame`."""
Kind = Literal["pandas", "polars"]


def kind_of(given: Any) -> Kind | None:
    """Whose frame it is; None for what is no frame."""
    library = type(given).__module__.partition(".")[0]
    if type(given).__name__ != "DataFrame":
        return None
    return "pandas" if library == "pandas" else "polars" if library == "polars" else None


def csv_of(frame: Frame) -> bytes:
    """The frame as a CSV with a heading, without pandas' index."""
    if kind_of(frame) == "pandas":
        return str(frame.to_csv(index=False)).encode()
    file = BytesIO()
    frame.write_csv(file)
    return file.getvalue()


def frame_of(kind: Kind, columns: Sequence[str], rows: Sequence[Sequence[str | None]]) -> Frame:
    """A frame of texts. Raises `ImportError` where the library is not installed."""
    library = import_module(kind)
    if kind == "pandas":
        return library.DataFrame(rows, columns=list(columns), dtype=object)
    return library.DataFrame([list(row) for row in rows], schema=dict.fromkeys(columns, library.String), orient="row")
