"""What is in a file is guessed, and what looks wrong in it is said."""

import json
import random
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from lab.cli import main
from lab.data.guess import guess_format
from lab.data.inspection import inspect
from lab.data.params import Format
from lab.data.profile import Found


def write(path: Path, rows: list[dict[str, Any]], separator: str = ",") -> Path:
    """Rows as text, the names first."""
    lines = [rows[0], *rows]
    cells = [list(lines[0]), *(list(row.values()) for row in rows)]
    path.write_text("".join(separator.join(map(str, row)) + "\n" for row in cells))
    return path


def customers(number: int = 200) -> list[dict[str, Any]]:
    """Customers of a shop, with much that is wrong."""
    draw = random.Random(7)
    rows = []
    for place in range(number):
        churned = draw.random() < 0.3
        rows.append(
            {
                "customer_id": f"c{place:04}",
                "household_id": f"h{place // 4}",
                "joined": date(2024, 1, 1) + timedelta(days=draw.randrange(700)),
                "zip": f"0{draw.randrange(1000, 1020)}",
                "age": "NA" if draw.random() < 0.1 else draw.randrange(18, 90),
                "spent": "unknown" if draw.random() < 0.1 else round(draw.uniform(0, 900), 2),
                "country": "US",
                "notes": "",
                "active": draw.choice(["true", "false"]),
                "cancelled": "yes" if churned else "no",
                "comment": " ".join(draw.choices(["late", "fine", "again", "slow"], k=12)),
                "churned": int(churned),
            }
        )
    return rows


@pytest.fixture
def found(tmp_path: Path) -> dict[str, Found]:
    path = write(tmp_path / "shop.csv", customers())
    return {column.name: column for column in inspect([path], "churned").profile.columns}


def test_each_column_has_a_type(found: dict[str, Found]):
    kinds = {name: column.type for name, column in found.items()}
    assert kinds == {
        "customer_id": "text",
        "household_id": "category",
        "joined": "date",
        "zip": "category",
        "age": "integer",
        "spent": "float",
        "country": "category",
        "notes": None,
        "active": "boolean",
        "cancelled": "category",
        "comment": "text",
        "churned": "integer",
    }


def test_what_looks_wrong_is_said(found: dict[str, Found]):
    doubts = {name: "; ".join(column.doubts) for name, column in found.items() if column.doubts}
    assert doubts == {
        "household_id": "50 categories",
        "zip": "digits with a leading 0: a code, and no number",
        "country": "the same in every row",
        "notes": "empty in every row",
        "cancelled": "nearly says the target churned: was it known before?",
    }


def test_words_for_gaps_are_found_among_numbers(tmp_path: Path):
    looked_at = inspect([write(tmp_path / "shop.csv", customers())])
    assert sorted(looked_at.written.missing) == ["NA", "unknown"]
    age = looked_at.profile.column("age")
    assert age is not None
    assert age.gaps == looked_at.rows["age"].null_count() > 0


def test_what_columns_could_be_for(tmp_path: Path):
    rows = customers()
    profile = inspect([write(tmp_path / "shop.csv", [*rows, rows[0]])]).profile
    assert profile.copies == 1
    assert profile.ids == []
    profile = inspect([write(tmp_path / "shop.csv", rows)]).profile
    assert profile.ids[0] == "customer_id"
    assert (profile.units, profile.times) == (["household_id"], ["joined"])
    assert {"churned", "cancelled"} <= set(profile.targets)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("a,b\n1,2\n3,4\n", Format()),
        ("a;b\n1,5;x\n2,5;y\n", Format(separator=";", decimal=",")),
        ("a;b\n1.234,5;x\n2.000,0;y\n", Format(separator=";", decimal=",", thousands=".")),
        ('a,b\n"1,234",x\n"2,500",y\n', Format(thousands=",")),
        ("a\tb\n1\t2\n", Format(separator="\t")),
        ("a|b\n'x|y'|2\n", Format(separator="|", quote="'")),
        ("1,2\n3,4\n", Format(header=None)),
        ("made in 2026\n\na,b\n1,2\n3,4\n" + "5,6\n" * 30, Format(header=3)),
        ("# made in 2026\n# by hand\na,b\n1,2\n", Format(header=3)),
        ("a,b\n# a remark\n1,2\n", Format(comment="#")),
        ("#a,b\n1,2\n3,4\n", Format()),
        ("a\n1\n2\n", Format()),
        ("naïve,b\n1,2\n", Format(encoding="cp1252")),
        ("é,b\n1,2\n", Format(encoding="utf-16")),
    ],
)
def test_how_a_file_is_written_is_guessed(tmp_path: Path, text: str, wanted: Format):
    path = tmp_path / "rows.csv"
    path.write_bytes(text.encode(wanted.encoding))
    assert guess_format(path) == wanted


@pytest.mark.parametrize(
    ("written", "pattern"),
    [
        ("%d.%m.%Y", "%d.%m.%Y"),
        ("%m/%d/%Y", "%m/%d/%Y"),
        ("%Y%m%d", "%Y%m%d"),
        ("%d.%m.%Y %H:%M", "%d.%m.%Y %H:%M"),
    ],
)
def test_dates_are_read_as_they_are_written(tmp_path: Path, written: str, pattern: str):
    days = [date(2026, 1, 1) + timedelta(days=number) for number in range(60)]
    rows = [{"day": day.strftime(written), "x": place} for place, day in enumerate(days)]
    found = inspect([write(tmp_path / "days.csv", rows, ";")])
    assert list(found.written.dates) == [pattern]
    day = found.profile.column("day")
    assert day is not None
    assert day.type == ("datetime" if "%H" in written else "date")
    assert str(day.least).startswith("2026-01-01")


def test_dates_that_can_be_read_in_two_ways_are_a_doubt(tmp_path: Path):
    rows = [{"day": f"0{1 + place % 9}/0{1 + place % 7}/2026"} for place in range(60)]
    (day,) = inspect([write(tmp_path / "days.csv", rows)]).profile.columns
    assert "dates fit %d/%m/%Y and %m/%d/%Y: the first is taken" in day.doubts


def test_the_command_prints_it_for_people_and_programs(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    path = str(write(tmp_path / "shop.csv", customers()))
    assert main(["data", "describe", path, "--target", "churned"]) == 0
    said = capsys.readouterr().out
    assert "shop.csv: 200 rows, 12 columns" in said
    assert "utf-8, values parted by ,; names in line 1; nothing is written as NA, unknown" in said
    assert "  id      customer_id" in said
    assert "  cancelled: nearly says the target churned: was it known before?" in said
    assert main(["data", "describe", path, "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["rows"] == 200
    assert told["could_be"]["unit"] == ["household_id"]
    assert told["format"]["missing"] == ["NA", "unknown"]


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["gone.csv"], "gone.csv is no file: name the file with your rows"),
        (["shop.csv", "--target", "churn"], "there is no column 'churn': the columns are customer"),
        (["shop.csv", "--header", "first"], "--header is 'first': it is the number of a line"),
        (["shop.csv", "--decimal", "x"], "--decimal is . or ,"),
        (["shop.csv", "--encoding", "klingon"], "klingon, which Python does not know"),
        (["empty.csv"], "empty.csv is empty"),
        (["header.csv"], "header.csv has a header, and no rows"),
        (["shop.pdf"], "shop.pdf is none of .csv"),
    ],
)
def test_a_file_that_cannot_be_described_is_told(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    words: list[str],
    told: str,
):
    monkeypatch.chdir(tmp_path)
    write(tmp_path / "shop.csv", customers(20))
    (tmp_path / "empty.csv").write_text("")
    (tmp_path / "header.csv").write_text("a,b\n")
    (tmp_path / "shop.pdf").write_text("%PDF")
    assert main(["data", "describe", *words]) == 1
    assert told in capsys.readouterr().err
