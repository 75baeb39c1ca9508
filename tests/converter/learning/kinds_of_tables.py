"""Kinds of conversions: each makes as many rows as are asked for, and what is wanted of them; of one seed always the same."""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from converter.table import Example, Table, column_names

Rows = list[tuple[str | None, ...]]

PEOPLE = (
    ("Ada", "Byron"), ("Grace", "Sammet"), ("Alan", "Perlis"), ("Jean", "Bartik"), ("Edsger", "Vogel"), ("Barbara", "Huber"),
    ("Donald", "Ekman"), ("Frances", "Allard"), ("John", "Backer"), ("Radia", "Pearl"), ("Niklaus", "Werth"),
    ("Kathleen", "Booth"),
)  # fmt: skip
OTHERS = (
    ("Chiara", "Rossi"), ("Oluwaseun", "Adeyemi"), ("Bjarne", "Lindqvist"), ("Mei", "Zhang"), ("Priya", "Nair"),
    ("Tomasz", "Kowalski"), ("Fatima", "Haddad"), ("Ines", "Moreira"), ("Yuki", "Tanaka"), ("Lars", "Sorensen"),
    ("Aroha", "Ngata"), ("Pilar", "Quispe"),
)  # fmt: skip


@dataclass(frozen=True)
class Kind:
    """A kind of conversion: how one row of the input is made (from its number), and what is wanted of all rows."""

    name: str
    given: tuple[str, ...]
    wanted: tuple[str, ...]
    row: Callable[[random.Random, int, Sequence[tuple[str, str]]], tuple[str | None, ...]]
    convert: Callable[[Rows], Rows]
    names: Sequence[tuple[str, str]] = PEOPLE

    def rows(self, count: int, seed: int) -> Rows:
        """The first rows of the kind's table with this seed: with more rows these stay the first."""
        chance = random.Random(seed)
        return [self.row(chance, at, self.names) for at in range(count)]

    def example(self, rows: Rows) -> Example:
        """The rows with what is wanted of them."""
        return Example(table(self.given, rows), table(self.wanted, self.convert(rows)))

    def among_others(self) -> "Kind":
        """The kind with other people."""
        return replace(self, names=OTHERS)


def table(names: Sequence[str], rows: Rows) -> Table:
    """A table with a heading."""
    return Table(column_names(tuple(names), len(names)), tuple(rows), tuple(names))


def _day(chance: random.Random, at: int) -> date:
    return date(2025, 1, 3) + timedelta(days=11 * at + chance.randint(0, 9))


def _cents(amount: int) -> str:
    return f"{amount // 100}.{amount % 100:02d}"


def _comma(amount: int) -> str:
    return f"{amount // 100:,}".replace(",", ".") + f",{amount % 100:02d}"


def _order(chance: random.Random, at: int, names: Sequence[tuple[str, str]]) -> tuple[str | None, ...]:
    state = ("open", "paid", "void", "open")[at % 4]
    first, last = chance.choice(names)
    price = chance.choice(("1.50", "2.25", "10.00", "0.75", "12.40"))
    return (
        f"{1040 + at}",
        f"{last.upper()}, {first}",
        _day(chance, at).strftime("%d/%m/%Y"),
        str(chance.randint(2, 30)),
        price,
        state,
    )


def _invoices(rows: Rows) -> Rows:
    return [
        (
            number,
            " ".join(reversed([part.capitalize() for part in str(name).split(", ")])),
            "-".join(reversed(str(day).split("/"))),
            _cents(int(str(quantity)) * round(float(str(price)) * 100)),
            "yes" if state == "open" else "no",
        )
        for number, name, day, quantity, price, state in rows
    ]


def _booking(chance: random.Random, at: int, names: Sequence[tuple[str, str]]) -> tuple[str | None, ...]:
    amount = chance.randint(200, 400_000)
    sign = "-" if at % 3 else ""
    return (_day(chance, at).strftime("%d.%m.%Y"), " ".join(chance.choice(names)), f"{sign}{_comma(amount)}")


def _sides(rows: Rows) -> Rows:
    made: Rows = []
    for day, payee, text in rows:
        amount = str(text).lstrip("-").replace(".", "").replace(",", ".")
        out = str(text).startswith("-")
        made.append(("-".join(reversed(str(day).split("."))), payee, amount if out else None, None if out else amount))
    return made


def _kept(rows: Rows) -> Rows:
    kept = [row for row in rows if row[5] != "void"]
    return [(number, day, state) for number, _, day, _, _, state in kept]


def _sale(chance: random.Random, at: int, names: Sequence[tuple[str, str]]) -> tuple[str | None, ...]:
    team = ("north", "south", "east")[(at * 2 + at // 3) % 3]
    return (_day(chance, at).isoformat(), team, " ".join(names[(at * 5) % len(names)]), str(chance.randint(3, 90)))


def _grouped(rows: Rows) -> Rows:
    sums: dict[str | None, list[int]] = {}
    for _, team, _, points in rows:
        sums.setdefault(team, []).append(int(str(points)))
    return [(team, str(len(points)), str(sum(points))) for team, points in sums.items()]


def _running(rows: Rows) -> Rows:
    total, made = 0, []
    for day, team, _, points in rows:
        total += int(str(points))
        made.append((day, team, points, str(total)))
    return made


def _sorted(rows: Rows) -> Rows:
    ordered = sorted(rows, key=lambda row: -int(str(row[3])))
    return [(person, points, team) for _, team, person, points in ordered]


def _member(chance: random.Random, at: int, names: Sequence[tuple[str, str]]) -> tuple[str | None, ...]:
    first, last = names[(at * 7) % len(names)]
    phone = f"{chance.randint(200, 999)} {chance.randint(200, 999)} {chance.randint(1000, 9999)}"
    return (first, last, f"{first.lower()}.{last.lower()}@example.org", phone, chance.choice(("m", "f")))


def _cards(rows: Rows) -> Rows:
    return [
        (f"{first} {last}", str(mail).partition("@")[0], str(phone).replace(" ", "-"), "male" if sex == "m" else "female")
        for first, last, mail, phone, sex in rows
    ]


def _marks(chance: random.Random, at: int, names: Sequence[tuple[str, str]]) -> tuple[str | None, ...]:
    person = " ".join(names[(at * 5) % len(names)])
    return (person, str(chance.randint(40, 99)), str(chance.randint(40, 99)), str(chance.randint(40, 99)))


def _long(rows: Rows) -> Rows:
    return [(row[0], subject, row[at]) for row in rows for at, subject in enumerate(("maths", "latin", "physics"), 1)]


def _tagged(chance: random.Random, at: int, names: Sequence[tuple[str, str]]) -> tuple[str | None, ...]:
    tags = chance.sample(("red", "green", "blue", "black", "white"), 1 + at % 3)
    return (f"P-{100 + at}", " ".join(chance.choice(names)), "; ".join(tags))


def _unfolded(rows: Rows) -> Rows:
    return [(part, tag) for part, _, tags in rows for tag in str(tags).split("; ")]


KINDS = (
    Kind("invoices", ("order", "customer", "ordered on", "quantity", "price", "state"),
         ("order", "name", "date", "total", "open"), _order, _invoices),
    Kind("two sides", ("Datum", "Empfänger", "Betrag"), ("date", "payee", "outflow", "inflow"), _booking, _sides),
    Kind("rows kept", ("order", "customer", "ordered on", "quantity", "price", "state"),
         ("order", "ordered on", "state"), _order, _kept),
    Kind("groups", ("day", "team", "player", "points"), ("team", "count", "points"), _sale, _grouped),
    Kind("running sum", ("day", "team", "player", "points"), ("day", "team", "points", "total"), _sale, _running),
    Kind("sorted", ("day", "team", "player", "points"), ("player", "points", "team"), _sale, _sorted),
    Kind("cards", ("first", "last", "email", "phone", "sex"), ("name", "login", "phone", "sex"), _member, _cards),
    Kind("wide to long", ("student", "maths", "latin", "physics"), ("student", "subject", "mark"), _marks, _long),
    Kind("lists to rows", ("part", "buyer", "colours"), ("part", "colour"), _tagged, _unfolded),
)  # fmt: skip
