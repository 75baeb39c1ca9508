"""Which bodies a path takes, by their Content-Type, and what a refused one is told to send instead."""

from collections.abc import Sequence
from contextlib import ExitStack
from email.message import Message
from typing import IO, Any
from urllib.parse import parse_qsl

from pydantic import BaseModel
from python_multipart.multipart import parse_options_header
from starlette.types import Scope

from api.intake import FormIntake, Intake, JsonIntake, RawIntake

JSON, FORM = "application/json", "multipart/form-data"
WORKBOOKS = (
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "application/vnd.ms-excel",
    "application/vnd.oasis.opendocument.spreadsheet",
)
FILES = (
    "text/csv", "text/plain", "text/tab-separated-values", "application/csv", "application/octet-stream", *WORKBOOKS,
    "application/gzip", "application/x-gzip", "application/zip", "application/x-zip-compressed", "application/x-xz",
    "application/x-bzip2", "application/zstd",
)  # fmt: skip
"""What a file may say that it is; what it is, is found out."""
RAW_FIELDS = {"/api/v1/inference/run": "input_file"}
"""Paths that take a file by itself, and the field that it is."""
LISTS = {"/api/v1/inference/batch": "input_files"}
"""Paths that take a list of files, and the field that it is: in a form it is given once for each."""


class UnsupportedType(ValueError):
    """A body of a type that its path does not take."""

    def __init__(self, given: str, path: str) -> None:
        takes = [JSON, FORM] + (
            ["text/csv or another file's type, with the other fields in the query"] if path in RAW_FIELDS else []
        )
        said = f"The Content-Type {given[:100]!r} is" if given else "A body without a Content-Type is"
        curl = "with curl: -H 'Content-Type: application/json' -d …, or -F input_file=@orders.csv"
        super().__init__(f"{said} not taken here; send {', '.join(takes[:-1])} or {takes[-1]} ({curl}).")
        types = [JSON, FORM, *(FILES if path in RAW_FIELDS else ())]
        self.headers = {"Accept-Post": ", ".join(types)}


def intake_of(scope: Scope, file: IO[bytes], kept: ExitStack, fields: Sequence[str]) -> Intake:
    """What takes this request's body. Raises `UnsupportedType`, and `Malformed` for a form that cannot be read."""
    headers = dict(scope["headers"])
    given = headers.get(b"content-type", b"").decode("latin-1")
    kind, options = parse_options_header(given)
    media_type, path = kind.decode("latin-1"), str(scope["path"])
    if media_type == FORM:
        return FormIntake(file, fields, options.get(b"boundary", b""), LISTS.get(path))
    if media_type in FILES and path in RAW_FIELDS:
        query = dict(parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True))
        return RawIntake(file, RAW_FIELDS[path], query, _named(headers.get(b"content-disposition", b"")))
    has_body = headers.get(b"content-length", b"0") != b"0" or b"transfer-encoding" in headers
    if has_body and media_type != JSON and not (media_type.startswith("application/") and media_type.endswith("+json")):
        raise UnsupportedType(given, path)
    return JsonIntake(file, kept, fields)


def _named(disposition: bytes) -> str | None:
    message = Message()
    message["Content-Disposition"] = disposition.decode("utf-8", "replace")
    return message.get_filename()


def documented(model: type[BaseModel], path: str | None = None) -> dict[str, Any]:
    """What the OpenAPI document has to say of a request's other forms: a form, and at some paths a file by itself."""
    schema = model.model_json_schema(ref_template="#/components/schemas/{model}")
    schema.pop("$defs", None)
    schema.pop("examples", None)
    fields = schema["properties"]
    binary = {"type": "string", "format": "binary", "description": "The file as it is, or a string as in JSON."}
    files = {"type": "array", "items": binary, "description": "The files, a part of the form each."}
    given = dict.fromkeys(_GIVEN, binary) | dict.fromkeys(LISTS.values(), files)
    form = schema | {"properties": {name: given.get(name, field) for name, field in fields.items()}}
    content: dict[str, Any] = {FORM: {"schema": form}}
    if path is None:
        return {"requestBody": {"content": content}}
    for media_type in ("text/csv", WORKBOOKS[0], "application/octet-stream"):
        content[media_type] = {"schema": {"type": "string", "format": "binary"}}
    query = [
        {"name": name, "in": "query", "required": False, "schema": field, "description": "For a file by itself."}
        for name, field in fields.items()
        if name != RAW_FIELDS[path]
    ]
    return {"parameters": query, "requestBody": {"content": content}}


_GIVEN = ("input_file", "expected_output_file")
