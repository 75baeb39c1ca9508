"""Dates and times are read, moved, rounded and written as people mean them, from two or three rows."""

import pytest

from tests.converter.learning.texts.learner import learned

CASES = {
    "another order": ("31/12/2023 => 12/31/2023\n01/02/2024 => 02/01/2024", "07/03/2020", ["03/07/2020"]),
    "names": ("2024-01-05 => Fri, Jan 5 2024\n2023-11-15 => Wed, Nov 15 2023", "2022-08-01", ["Mon, Aug 1 2022"]),
    "short years": ("31/12/99 => 1999-12-31\n01/02/05 => 2005-02-01", "07/08/21", ["2021-08-07"]),
    "twelve hours": ("13:05 => 1:05 PM\n00:30 => 12:30 AM\n09:15 => 9:15 AM", "23:59", ["11:59 PM"]),
    "twenty-four hours": ("1:05 PM => 13:05\n12:30 AM => 00:30\n9:15 AM => 09:15", "11:59 pm", ["23:59"]),
    "lower case halves of the day": ("17:10 => 5pm\n14:39 => 2pm\n16:47 => 4pm", "03:22", ["3am"]),
    "formats that are mixed, and one more": (
        "2023-12-17 => 2023-12-17\n9 April 1987 => 1987-04-09\n27.3.1990 => 1990-03-27",
        "19.12.97; 18/05/1967",
        ["1997-12-19", "1967-05-18"],
    ),
    "quarters": ("2024-01-05 => Q1 2024\n2023-02-15 => Q1 2023\n2023-03-15 => Q1 2023", "2022-08-02", ["Q3 2022"]),
    "the year of an ISO week": ("2024-01-01 => 2024-W01\n2023-12-31 => 2023-W52", "2027-01-01", ["2026-W53"]),
    "the day of a year, among dates": (
        "2024 60 => 29/2/2024\n2023 1 => 1/1/2023\n14/7/2019 => 14/7/2019",
        "2023 365",
        ["31/12/2023"],
    ),
    "months before days, as the names show": (
        "2011-10-11 => October\n2011-Jan-12 => January\n7/1/2009 => July",
        "3/9/2020",
        ["March"],
    ),
    "times behind some of many dates": (
        "17 Dec 1973 => Monday\n1973-12-18 => Tuesday\n12/19/1973 => Wednesday",
        "12/23/1973 10:00; 22-Dec-1973",
        ["Sunday", "Saturday"],
    ),
    "times rounded up": ("10:02 => 10:15\n11:15 => 11:15\n14:31 => 14:45\n09:59 => 10:00", "08:16; 23:30", ["08:30", "23:30"]),
    "a day of the week beside a time rounded up": (
        "10/6/2023 18:25 => Fri 6:30 PM\n3/30/2022 21:44 => Wed 10:00 PM\n1/31/2021 7:00 => Sun 7:00 AM",
        "8/2/2023 23:48",
        ["Wed 12:00 AM"],
    ),
    "a moment within a text": (
        "[srv1] 2021-03-25 at 04:11:35 up => 25 Mar 2021 4AM\n[db] 2021-11-02 at 20:53:30 down => 2 Nov 2021 8PM\n"
        "[web12] 2021-07-19 at 01:29:52 up => 19 Jul 2021 1AM",
        "[x] 2020-01-05 at 18:43:07 down",
        ["5 Jan 2020 6PM"],
    ),
    "days before months behind the year": (
        "MAIN ST, 2015-12-11 @ 04:11:35 => 12 Nov 2015 4AM\nHILL RD, unit 4, 2015-12-10 @ 20:53:30 => 12 Oct 2015 8PM\n"
        "ELM AVE, 2015-09-11 @ 01:29:52 => 9 Nov 2015 1AM",
        "LOW RD, 2015-08-09 @ 23:02:27",
        ["8 Sep 2015 11PM"],
    ),
    "ordinal days": (
        "2024-01-01 => January 1st, 2024\n2024-01-22 => January 22nd, 2024\n2024-03-13 => March 13th, 2024",
        "2024-01-03",
        ["January 3rd, 2024"],
    ),
    "ordinal days read": ("January 1st, 2024 => 2024-01-01\nMarch 22nd, 2023 => 2023-03-22", "May 3rd, 2022", ["2022-05-03"]),
    "seconds since 1970": (
        "1700000000 => 2023-11-14 22:13\n1600000000 => 2020-09-13 12:26",
        "1000000000",
        ["2001-09-09 01:46"],
    ),
    "spreadsheets' days": ("45292 => 2024-01-01\n44927 => 2023-01-01", "43831", ["2020-01-01"]),
    "the next day": ("2024-02-28 => 2024-02-29\n2023-12-31 => 2024-01-01", "2024-06-30", ["2024-07-01"]),
    "a year later": ("01/31/2024 => 01/31/2025\n12/01/2023 => 12/01/2024", "06/03/2024", ["06/03/2025"]),
    "the month's last day": ("2024-02-11 => 2024-02-29\n2023-12-01 => 2023-12-31", "2023-04-03", ["2023-04-30"]),
    "hours later, over midnight": (
        "2015-08-20 16:11 => 2015-08-21 04:41\n2015-04-11 15:14 => 2015-04-12 03:44",
        "2015-12-31 23:00",
        ["2016-01-01 11:30"],
    ),
    "quarters of an hour": ("10:07 => 10:00\n10:08 => 10:15\n23:55 => 00:00", "11:22", ["11:15"]),
    "spans of two hours": ("18:25 => 6PM-8PM\n21:44 => 8PM-10PM\n07:00 => 6AM-8AM", "23:34", ["10PM-12AM"]),
    "spans around": ("11:12 => 10:45AM-11:15AM\n08:29 => 8:15AM-8:45AM\n12:41 => 12:15PM-12:45PM", "04:54", ["4:45AM-5:15AM"]),
    "spans that end a minute early": ("6:25PM => 6:00PM-6:29PM\n9:44PM => 9:30PM-9:59PM", "7:00AM", ["7:00AM-7:29AM"]),
    "dates of several formats, of which some have a time or lack a zero in front": (
        "07-Nov-1998 08:15 => 1998/Q4\nJan 9 2004 17:30 => 2004/Q1\n04121987 => 1987/Q2\n3 August 2011 06:05 => 2011/Q3",
        "9152016; 21-Dec-2001; 5 Feb 1999 10:10; March 3, 2010",
        ["2016/Q3", "2001/Q4", "1999/Q1", "2010/Q1"],
    ),
    "what is no date": (
        "2026-12-30 => Dec 2026\n2026-04-15 => Apr 2026\nNone => Not a date.\n2025-07-22 => Jul 2025",
        "x&4; 2024-01-01",
        ["Not a date.", "Jan 2024"],
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_dates_and_times(case: str) -> None:
    lines, further, expected = CASES[case]

    assert learned(lines, further) == expected
