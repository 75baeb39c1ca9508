"""Any file as the service reads it, for those who show it."""

import io

import httpx
import pytest
from openpyxl import Workbook

PATH = "/api/v1/users/ada/table"


async def test_a_text_is_shown_with_its_columns(client: httpx.AsyncClient) -> None:
    answer = await client.post(PATH, json={"input_file": "day;amount\n1.2.2025;7\n2.2.2025;\n"})

    seen = answer.json()
    assert (seen["header"], seen["rows"], seen["more"]) == (["day", "amount"], [["1.2.2025", "7"], ["2.2.2025", None]], False)


async def test_a_workbook_is_shown_as_the_csv_in_it(client: httpx.AsyncClient) -> None:
    book, file = Workbook(), io.BytesIO()
    assert book.active is not None
    book.active.append(["code", "name"])
    book.active.append(["007", "Ann"])
    book.save(file)

    answer = await client.post(PATH, files={"input_file": ("orders.xlsx", file.getvalue())})

    assert answer.json()["rows"] == [["007", "Ann"]]


async def test_there_are_more_rows_than_were_asked_for(client: httpx.AsyncClient) -> None:
    seen = (await client.post(PATH, json={"input_file": "a\n1\n2\n3\n", "rows": 2})).json()

    assert (seen["rows"], seen["more"]) == ([["1"], ["2"]], True)


async def test_without_a_heading_every_line_is_a_row(client: httpx.AsyncClient) -> None:
    seen = (await client.post(PATH, json={"input_file": "1,2\n3,4\n", "header": False})).json()

    assert (seen["header"], len(seen["rows"])) == (["column_1", "column_2"], 2)


@pytest.mark.parametrize("file", ["\n", "%PDF-1.7\nnothing,else\n"])
async def test_a_file_that_is_no_table_is_refused_by_name(client: httpx.AsyncClient, file: str) -> None:
    answer = await client.post(PATH, json={"input_file": file})

    assert answer.status_code == 422
    assert answer.json()["detail"][0]["loc"] == ["body", "input_file"]
