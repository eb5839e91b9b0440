"""Reading the plots that dvc.yaml declares."""

from pathlib import Path

import pytest

from lab.errors import LabError
from lab.site.charts import Plot
from lab.site.plots import read_plots

TABLES = {
    "a.csv": "x,y,z\n0,1,2\n0.5,3,4\n",
    "b.csv": "x,y\n0,5\n",
    "short.csv": "x,y\n1\n",
    "marked.csv": "\ufeffx,y\n1,2\n",
    "empty.csv": "",
    "header.csv": "x,y\n",
    "quoted.csv": 'x,y\n"1,5","a ""b"""\n',
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, content in TABLES.items():
        (tmp_path / name).write_text(content, encoding="utf-8")
    (tmp_path / "latin.csv").write_bytes("x,y\n1,ü\n".encode("latin-1"))
    return tmp_path


def read(folder: Path, wiring: str) -> list[Plot]:
    (folder / "dvc.yaml").write_text(wiring, encoding="utf-8")
    return list(read_plots(folder))


def refused(folder: Path, wiring: str) -> str:
    with pytest.raises(LabError) as error:
        read(folder, wiring)
    return str(error.value)


def test_a_plot_is_read_with_its_words_and_its_data(folder: Path):
    (plot,) = read(
        folder,
        """
        plots:
          - recall:
              title: How much is found
              template: scatter
              x: x
              y: {a.csv: y}
              x_label: share
              y_label: "<found>"
        """,
    )
    assert plot == Plot(
        title="How much is found",
        template="scatter",
        x_label="share",
        y_label="<found>",
        series={"y": [("0", "1"), ("0.5", "3")]},
        files=["a.csv"],
    )


def test_what_is_not_said_follows_from_the_columns(folder: Path):
    (plot,) = read(folder, "plots: [{recall: {x: x, y: {a.csv: z}}}]")
    words = (plot.title, plot.template, plot.x_label, plot.y_label)
    assert words == ("recall", "linear", "x", "z")


@pytest.mark.parametrize(
    "wiring",
    [
        "plots: [{first: {x: x, y: {a.csv: y}}}, {second: {x: x, y: {b.csv: y}}}]",
        "plots: [{first: {x: x, y: {a.csv: y}}, second: {x: x, y: {b.csv: y}}}]",
        "plots: {first: {x: x, y: {a.csv: y}}, second: {x: x, y: {b.csv: y}}}",
    ],
)
def test_plots_are_a_list_or_a_mapping_and_keep_their_order(folder: Path, wiring: str):
    found = [(plot.title, plot.files) for plot in read(folder, wiring)]
    assert found == [("first", ["a.csv"]), ("second", ["b.csv"])]


@pytest.mark.parametrize(
    "options", ["recall: {x: x, y: {a.csv: [y, z]}}", "a.csv: {x: x, y: [y, z]}"]
)
def test_several_columns_are_several_series(folder: Path, options: str):
    (plot,) = read(folder, f"plots: [{{{options}}}]")
    assert plot.series == {
        "y": [("0", "1"), ("0.5", "3")],
        "z": [("0", "2"), ("0.5", "4")],
    }
    assert plot.files == ["a.csv"]


def test_the_same_column_of_two_files_is_two_series(folder: Path):
    (plot,) = read(folder, "plots: [{recall: {x: x, y: {a.csv: y, b.csv: y}}}]")
    assert plot.series == {"y": [("0", "1"), ("0.5", "3")], "y in b.csv": [("0", "5")]}
    assert plot.files == ["a.csv", "b.csv"]


@pytest.mark.parametrize(
    ("file", "row"),
    [("short.csv", ("1", "")), ("marked.csv", ("1", "2")), ("quoted.csv", ("1,5", 'a "b"'))],
)
def test_tables_as_other_programs_write_them(folder: Path, file: str, row: tuple[str, str]):
    (plot,) = read(folder, f"plots: [{{{file}: {{x: x, y: y}}}}]")
    assert plot.series == {"y": [row]}


@pytest.mark.parametrize(
    "wiring",
    {
        "no plots": "stages: {}",
        "nothing at all": "",
        "a list": "- plots",
        "plots of nothing": "plots:",
        "an empty list": "plots: []",
        "a word": "plots: all",
        "a file alone": "plots: [a.csv]",
        "a file without options": "plots: [{a.csv: null}]",
        "an image": "plots: [{picture.png: {x: x, y: y}}]",
        "JSON": "plots: [{recall: {x: x, y: {curve.json: y}}}]",
        "one of two is no CSV": "plots: [{recall: {x: x, y: {a.csv: y, curve.json: y}}}]",
        "no x": "plots: [{recall: {y: {a.csv: y}}}]",
        "x from a file of its own": "plots: [{recall: {x: {b.csv: x}, y: {a.csv: y}}}]",
        "no y": "plots: [{a.csv: {x: x}}]",
        "no columns": "plots: [{recall: {x: x, y: {a.csv: []}}}]",
    }.items(),
    ids=lambda case: case[0],
)
def test_what_has_no_table_with_an_x_is_left_out(folder: Path, wiring: tuple[str, str]):
    kept = "{kept: {x: x, y: {b.csv: y}}}"
    assert read(folder, wiring[1]) == []
    if wiring[1].startswith("plots: [{"):
        assert [plot.title for plot in read(folder, f"{wiring[1][:-1]}, {kept}]")] == ["kept"]


@pytest.mark.parametrize(
    ("options", "said"),
    {
        "no file": ("{x: x, y: {gone.csv: y}}", "reads gone.csv, which cannot be opened (No such"),
        "no x column": ("{x: age, y: {a.csv: y}}", ": a.csv has no column 'age'."),
        "no y column": ("{x: x, y: {a.csv: [y, age]}}", ": a.csv has no column 'age'."),
        "not in the second": ("{x: x, y: {a.csv: z, b.csv: z}}", ": b.csv has no column 'z'."),
        "an empty file": ("{x: x, y: {empty.csv: y}}", ": empty.csv has no column 'x'."),
        "only a header": ("{x: x, y: {header.csv: q}}", ": header.csv has no column 'q'."),
        "not UTF-8": ("{x: x, y: {latin.csv: y}}", ": latin.csv is not a CSV file in UTF-8"),
        "a huge field": ("{x: x, y: {huge.csv: y}}", ": huge.csv is not a CSV file in UTF-8"),
    }.values(),
)
def test_what_cannot_be_read_is_named_with_its_plot(folder: Path, options: str, said: str):
    (folder / "huge.csv").write_text("x,y\n1," + "9" * 140_000 + "\n")
    message = refused(folder, f"plots: [{{recall: {options}}}]")
    assert message.startswith("The plot 'recall' of dvc.yaml")
    assert said in message


def test_a_missing_table_says_what_to_run(folder: Path):
    said = refused(folder, "plots: [{recall: {x: x, y: {gone.csv: y}}}]")
    assert said.endswith("run `uv run dvc repro` first.")


def test_a_table_without_rows_is_left_to_the_chart(folder: Path):
    (plot,) = read(folder, "plots: [{recall: {x: x, y: {header.csv: y}}}]")
    assert plot.series == {"y": []}


def test_faulty_wiring_is_named(folder: Path):
    assert "dvc.yaml is not valid YAML" in refused(folder, "plots: [")
