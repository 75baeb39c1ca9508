from tests.converter.learning.learned import converted, rows, table


def test_parameters_and_path_of_links_in_any_order():
    given = table(
        """day | url
        1 | https://www.fern.example/sale?utm_source=news&utm_medium=email&utm_campaign=summer+sale
        2 | https://www.fern.example/?utm_campaign=launch&utm_source=insta
        3 | https://www.fern.example/blog/pots
        4 | https://shop.fern.example/item/42?ref=77&utm_medium=cpc&utm_source=search&utm_campaign=pots
        5 | https://www.fern.example/about?utm_source=partner&lang=en&utm_medium=banner"""
    )
    expected = table(
        """day | page | source | medium | campaign
        1 | /sale | news | email | summer sale
        2 | / | insta | | launch
        3 | /blog/pots | | |
        4 | /item/42 | search | cpc | pots
        5 | /about | partner | banner |"""
    )
    further = table("day | url\n6 | http://a.example/x/y_z?utm_medium=qr-1&utm_campaign=last+call%20now&b=1#top")
    assert converted(given, expected, further) == rows(("6", "/x/y_z", None, "qr-1", "last call now"))


def test_names_and_extensions_of_files():
    given = table(
        r"""path | bytes
        C:\Users\mia\report.docx | 2048
        C:\Pictures\2023 Lisbon\IMG_0412.JPG | 4096
        D:\Backup\db.2024-02-01.sql | 1024
        D:\Backup\README | 512"""
    )
    expected = table(
        """file | type
        report | docx
        IMG_0412 | jpg
        db.2024-02-01 | sql
        README |"""
    )
    further = table("path | bytes\n" + r"E:\a.b\LICENSE" + " | 1\n" + r"E:\x\final.v2.Tar" + " | 2")
    assert converted(given, expected, further) == rows(("LICENSE", None), ("final.v2", "tar"))
