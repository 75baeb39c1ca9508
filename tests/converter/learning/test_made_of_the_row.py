"""What a few rows show is made of those rows' cells, not learned by heart."""

from tests.converter.learning.learned import converted, rows, table


def test_a_text_with_a_cell_of_its_row_in_it_is_made_of_that_cell() -> None:
    given = table("""
no | brand  | model  | size
1  | Veloce | Strada | 54
2  | Kanto  |        | 56
3  | Veloce | Monte  | 50
4  | Rurik  | Tundra | 58
5  | Rurik  | Stepp  |
""")
    expected = table("""
no | bike
1  | Veloce Strada 54
2  | Kanto unknown
3  | Veloce Monte 50
4  | Rurik Tundra 58
5  | Rurik Stepp
""")
    further = table("""
no | brand | model | size
6  | Orbis |       | 52
7  | Kanto | Mori  | 55
""")

    assert converted(given, expected, further) == rows(("6", "Orbis unknown"), ("7", "Kanto Mori 55"))


def test_a_word_among_numbers_is_left_blank() -> None:
    given = table("""
plot | count | by
A    | 12    | Eva
B    | uncounted | Eva
C    | 7b    | Tom
D    | 30    | Tom
""")
    expected = table("""
plot | n
A    | 12
B    |
C    | 7b
D    | 30
""")
    further = table("""
plot | count     | by
E    | 4         | Eva
F    | uncounted | Tom
G    | 18        | Eva
""")

    assert converted(given, expected, further) == rows(("E", "4"), ("F", None), ("G", "18"))


def test_abbreviations_that_come_once_each_are_words_for_what_they_begin_as() -> None:
    given = table("""
item | age
1    | CIR 1720
2    | 1811
3    | BEF 1790
4    | 1765
5    | AFT 1850
6    | 1902
""")
    expected = table("""
item | year | how
1    | 1720 | circa
2    | 1811 |
3    | 1790 | before
4    | 1765 |
5    | 1850 | after
6    | 1902 |
""")
    further = table("""
item | age
7    | AFT 1700
8    | 1666
9    | CIR 1899
""")

    assert converted(given, expected, further) == rows(("7", "1700", "after"), ("8", "1666", None), ("9", "1899", "circa"))
