"""What encoding a file is in."""

from pathlib import Path

import pytest

from converter.encoding import Encoding, encoding_of, known
from converter.errors import BadCsv


def encoding(folder: Path, content: bytes) -> Encoding:
    path = folder / "given.csv"
    path.write_bytes(content)
    return encoding_of(path, "given.csv")


@pytest.mark.parametrize(
    ("codec", "text"),
    [
        ("cp1250", "id;jméno;město\n1;Žofie Dvořáková;Plzeň\n2;Jiří Novák;České Budějovice\n3;Łukasz;Łódź\n"),
        ("iso8859-2", "id;jméno;město\n1;Žofie Dvořáková;Plzeň\n2;Jiří Novák;České Budějovice\n3;Łukasz;Łódź\n"),
        ("cp1251", "id,name\n1,Иван\n"),
        ("koi8-r", "имя,город\nИван,Москва\n"),
        ("gb18030", "编号,姓名,城市\n1,张伟,北京\n2,王芳,上海\n"),
        ("shift_jis", "番号,氏名,都市\n1,山田太郎,東京\n2,佐藤花子,大阪\n"),
        ("big5", "編號,姓名,城市\n1,張偉,臺北\n2,王芳,高雄\n"),
        ("euc_kr", "번호,이름,도시\n1,김철수,서울\n2,이영희,부산\n"),
        ("cp1253", "όνομα,πόλη\nΓιώργος,Αθήνα\n"),
        ("cp1255", "שם,עיר\nמשה,תל אביב\n"),
        ("mac_roman", "id,nom,ville\n1,Zoé,Orléans\n2,François,Besançon\n"),
        ("cp1252", "id,nom,ville\n1,Zoé,Orléans\n2,François,Besançon\n"),
        ("cp1252", "Straße,Größe\nMüller,Ä\n"),
        ("cp1252", "price,text\n5 €,“quote” – dash\n"),
        ("cp1252", "nome,città\nPerù,Forlì\nNiccolò,Canicattì\n"),
        ("cp1252", "señor,año\nMuñoz,¿qué?\n"),
        ("cp850", "id,name\n1,Zoé\n2,Müller\n"),
    ],
)
def test_an_encoding_is_known_by_its_letters_and_told(tmp_path: Path, codec: str, text: str) -> None:
    found = encoding(tmp_path, text.encode(codec))

    assert text.encode(codec).decode(found.codec) == text
    assert found.notes[0].startswith("read as ")


@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-32"])
def test_what_shows_itself_is_no_guess(tmp_path: Path, codec: str) -> None:
    found = encoding(tmp_path, "id,name,x\n1,Zoé,\n".encode(codec))

    assert (found.notes, found.broken) == ((), False)
    assert "id,name,x\n1,Zoé,\n".encode(codec).decode(found.codec) == "id,name,x\n1,Zoé,\n"


def test_text_in_utf8_stays_so_with_a_few_broken_bytes(tmp_path: Path) -> None:
    found = encoding(tmp_path, b"id,name\n1,Zo\xc3\xa9\n2,L\xe9a\n")

    assert (found.codec, found.broken) == ("utf-8", True)
    assert "1 byte (line 3)" in found.notes[0]


def test_a_broken_byte_late_in_a_large_file_is_found_with_its_line(tmp_path: Path) -> None:
    found = encoding(tmp_path, b"a,b\n" + "1,é\n".encode() * 400_000 + b"2,\xe9\n")

    assert "line 400002" in found.notes[0]


def test_a_nul_byte_is_named_by_its_line(tmp_path: Path) -> None:
    with pytest.raises(BadCsv, match="a NUL byte in line 3"):
        encoding(tmp_path, b"a,b\n1,2\n3,\0\n" + b"4,5\n" * 100)


@pytest.mark.parametrize("content", [b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", b"\x01\x02\x81\xff" * 30])
def test_a_binary_file_is_refused(tmp_path: Path, content: bytes) -> None:
    with pytest.raises(BadCsv, match="is binary"):
        encoding(tmp_path, content)


@pytest.mark.parametrize(("name", "codec"), [("Windows-1252", "cp1252"), ("UTF8", "utf-8"), ("hex", None), ("nonsense", None)])
def test_codecs_go_by_many_names(name: str, codec: str | None) -> None:
    assert known(name) == codec
