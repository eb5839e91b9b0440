"""One way to write a number."""

from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lab.numerals import apart, exact, number, rounded, signed
from lab.terminal import count


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (1e-8, "0.0000000100"),
        (0.0005, "0.000500"),
        (-0.0004, "-0.000400"),
        (-1e-17, "0"),
        (-0.0, "0"),
        (0.9423, "0.942"),
        (9.996, "10.0"),
        (99960.0, "100,000"),
        (100000.0, "100,000"),
        (-123456.7, "-123,000"),
        (1e12, "1,000,000,000,000"),
        (1.234e15, "1.23e15"),
        (4, "4"),
        (1234567, "1,234,567"),
        (np.int64(12345), "12,345"),
        (np.float64(0.5), "0.500"),
        (float("inf"), "infinity"),
        (float("nan"), "?"),
        (None, "?"),
    ],
)
def test_a_number_is_written_as_people_read_it(value: float | None, written: str):
    assert number(value) == written


@given(st.floats(1e-8, 1e12), st.sampled_from([1, -1]))
def test_what_was_measured_has_three_digits_that_matter(size: float, sign: int):
    written = number(sign * size)
    assert "e" not in written
    assert Decimal(written.replace(",", "")) == Decimal(f"{sign * size:.2e}")
    assert len(written.lstrip("-").replace(",", "").replace(".", "").lstrip("0")) >= 3
    assert all(len(group) == 3 for group in written.partition(".")[0].split(",")[1:])


def test_numbers_that_are_compared_are_told_apart():
    assert apart(0.95, 0.9496, 0.9412) == ["0.9500", "0.9496", "0.9412"]
    assert apart(0.3, 0.1 + 0.2, 0.5) == ["0.300", "0.300", "0.500"]
    assert apart(0.5, 0.5, None) == ["0.500", "0.500", "?"]


@pytest.mark.parametrize(
    ("value", "written"), [(0.0004, "+0.000400"), (-0.02, "-0.0200"), (0.0, "0"), (12.0, "+12.0")]
)
def test_a_difference_has_its_sign(value: float, written: str):
    assert signed(number(value)) == written


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (0.25, "0.25"),
        (1e6, "1,000,000"),
        (-2.5e-8, "-0.000000025"),
        (0.0, "0"),
        (1e300, "1.00e300"),
    ],
)
def test_what_somebody_chose_keeps_its_digits(value: float, written: str):
    assert exact(value) == written


def test_things_are_counted_in_groups():
    assert count(1, "row") == "1 row"
    assert count(12345, "row") == "12,345 rows"


def test_a_file_keeps_digits_that_matter_of_what_is_small():
    assert rounded(0.00001234567891) == 0.0000123457
    assert rounded(-2354.710123, 8) == -2354.7101
