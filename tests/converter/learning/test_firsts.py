from tests.converter.learning.learned import converted, rows, table


def test_an_address_comes_once_however_it_is_written_and_only_if_it_is_one():
    given = table(
        """list | name | mail
        News | Ann Moor | Ann.Moor@mail.example
        News | Bill Tate | bill@tate.example
        Shop | A. Moor | ann.moor@MAIL.example
        Shop | Cora Diaz |
        Shop | Erik Sund | Erik@sund.example
        Event | Bill T. | BILL@tate.example
        Event | Dora Pym | unknown
        Event | Finn Ray | finn@ray.example"""
    )
    expected = table(
        """mail | name
        ann.moor@mail.example | Ann Moor
        bill@tate.example | Bill Tate
        erik@sund.example | Erik Sund
        finn@ray.example | Finn Ray"""
    )
    further = table("list | name | mail\nNews | J. Ek | JON@ek.example\nShop | Jon Ek | jon@ek.example\nShop | No One | none")
    assert converted(given, expected, further) == rows(("jon@ek.example", "J. Ek"))


def test_the_newest_of_those_that_are_valid():
    given = table(
        """device | day | state | value
        a | 2024-05-01 | ok | 4
        b | 2024-05-01 | ok | 7
        a | 2024-05-03 | failed | 0
        b | 2024-05-02 | ok | 8
        a | 2024-05-02 | ok | 5
        c | 2024-05-02 | failed | 0
        c | 2024-05-01 | ok | 9
        b | 2024-05-03 | failed | 1"""
    )
    expected = table("device | day | value\nb | 2024-05-02 | 8\na | 2024-05-02 | 5\nc | 2024-05-01 | 9")
    further = table(
        "device | day | state | value\nx | 2025-01-01 | ok | 1\nx | 2025-01-04 | failed | 2\nx | 2025-01-03 | ok | 3"
    )
    assert converted(given, expected, further) == rows(("x", "2025-01-03", "3"))
