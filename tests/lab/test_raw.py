"""Files as people bring them are read as text, and what cannot be read is told with its place."""

import gzip
import zipfile
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from lab.data.params import Format
from lab.data.raw import read_file, read_raw
from lab.errors import LabError

PLAIN = Format()


def test_a_csv_is_text_with_gaps_and_without_empty_lines(tmp_path: Path):
    path = tmp_path / "rows.csv"
    path.write_bytes("\ufeff id , größe,\na,1.50,x\n\nb,,\n".encode())
    rows = read_file(path, PLAIN)
    assert rows.to_dict(as_series=False) == {
        "id": ["a", "b"],
        "größe": ["1.50", None],
        "column_3": ["x", None],
    }


def test_a_file_of_another_country_is_read_as_it_is_written(tmp_path: Path):
    path = tmp_path / "rows.csv"
    path.write_bytes("# 2026\nStädte;Preis\n'Köln; Deutz';1,5\nBonn;k.A.\n".encode("cp1252"))
    written = Format(
        separator=";", quote="'", encoding="cp1252", header=2, missing=["k.A.", "-999"]
    )
    assert read_file(path, written).rows() == [("Köln; Deutz", "1,5"), ("Bonn", None)]
    assert read_file(path, Format(separator=";", quote="'", encoding="cp1252", comment="#")).height


def test_a_file_without_a_header_has_numbered_columns(tmp_path: Path):
    path = tmp_path / "rows.tsv"
    path.write_text("1\t2\n3\t4\n")
    rows = read_file(path, Format(separator="\t", header=None))
    assert rows.columns == ["column_1", "column_2"]
    assert rows.height == 2


def test_what_is_packed_is_unpacked(tmp_path: Path):
    (tmp_path / "rows.csv").write_text("a\n1\n")
    (tmp_path / "rows.csv.gz").write_bytes(gzip.compress(b"a\n1\n"))
    with zipfile.ZipFile(tmp_path / "rows.csv.zip", "w") as packed:
        packed.writestr("rows.csv", "a\n1\n")
        packed.writestr("__MACOSX/rows.csv", "junk")
    for name in ("rows.csv", "rows.csv.gz", "rows.csv.zip"):
        assert read_file(tmp_path / name, PLAIN).rows() == [("1",)]


def test_tables_keep_their_types_and_lose_words_for_gaps(tmp_path: Path):
    rows = pl.DataFrame({"n": [1, -999], "day": [date(2026, 1, 1), None], "kind": ["a", "?"]})
    rows.with_columns(pl.col("kind").cast(pl.Categorical)).write_parquet(tmp_path / "t.parquet")
    found = read_file(tmp_path / "t.parquet", Format(missing=["?", "-999"]))
    assert found.rows() == [(1, date(2026, 1, 1), "a"), (None, None, None)]


def test_a_sheet_of_a_workbook_is_read_by_its_name(tmp_path: Path):
    path = tmp_path / "book.xlsx"
    workbook(path, {"first": [["a"], [1]], "second": [["id", "day"], ["x", "2026-01-31"]]})
    assert read_file(path, PLAIN).columns == ["a"]
    assert read_file(path, Format(sheet="second")).rows() == [("x", "2026-01-31")]
    with pytest.raises(LabError, match=r"no sheet 'third'.*'first', 'second'"):
        read_file(path, Format(sheet="third"))
    (tmp_path / "broken.xlsx").write_text("no workbook")
    with pytest.raises(LabError, match="no spreadsheet that can be read"):
        read_file(tmp_path / "broken.xlsx", PLAIN)


def test_several_files_of_one_shape_are_one_table(tmp_path: Path):
    for month, value in (("2026-02", "2"), ("2026-01", "1")):
        (tmp_path / f"{month}.csv").write_text(f"a,b\n{value},x\n")
    (tmp_path / "2026-01.csv.dvc").write_text("outs: []\n")
    assert read_raw(tmp_path, "2026-*.csv*", PLAIN)["a"].to_list() == ["1", "2"]
    (tmp_path / "2026-03.csv").write_text("a,c\n3,x\n")
    with pytest.raises(LabError, match=r"2026-03\.csv has other columns than .*: b, c"):
        read_raw(tmp_path, "2026-*.csv", PLAIN)
    with pytest.raises(LabError, match=r"none-\*\.csv does not exist"):
        read_raw(tmp_path, "none-*.csv", PLAIN)


@pytest.mark.parametrize(
    ("content", "written", "told"),
    [
        (b"a,b\n1,2\n1,2,3\n", PLAIN, r"rows\.csv:3: 3 values, and 2 columns"),
        (b"a,b,a\n1,2,3\n", PLAIN, "two columns called 'a'"),
        (b"a\n\xe4\n", PLAIN, r"rows\.csv:2: this is not utf-8"),
        (b"a\n1\n", Format(encoding="klingon"), "klingon, which Python does not know"),
        ("a\n1\n".encode("utf-16-le"), PLAIN, "is not text in utf-8"),
        (b"", PLAIN, "is empty"),
    ],
)
def test_what_cannot_be_read_is_told(tmp_path: Path, content: bytes, written: Format, told: str):
    path = tmp_path / "rows.csv"
    path.write_bytes(content)
    with pytest.raises(LabError, match=told):
        read_file(path, written)


def test_an_archive_of_several_files_or_too_much_is_refused(tmp_path: Path, monkeypatch):
    path = tmp_path / "rows.csv.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("a.csv", "a\n")
        packed.writestr("b.csv", "a\n")
    with pytest.raises(LabError, match="holds 2 files"):
        read_file(path, PLAIN)
    (tmp_path / "bomb.csv.gz").write_bytes(gzip.compress(b"a\n" * 1000))
    monkeypatch.setattr("lab.data.raw.LARGEST_DATA", 1000)
    with pytest.raises(LabError, match="holds more than"):
        read_file(tmp_path / "bomb.csv.gz", PLAIN)


def workbook(path: Path, sheets: dict[str, list[list]]) -> None:
    """A workbook of sheets of cells."""
    import openpyxl

    book = openpyxl.Workbook()
    book.remove(book["Sheet"])
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    book.save(path)
