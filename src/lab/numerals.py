"""How a number is written, wherever people read it: terminal, site, labels of charts, comments.

A count is written whole, what was measured with three digits that matter, what somebody typed as
it was typed. Thousands are grouped; a power of ten is left to sizes that nobody reads in zeros.
"""

from decimal import Decimal
from math import isfinite, isnan
from numbers import Integral

DIGITS = 3
MOST_DIGITS = 6  # closer than a millionth is told as the same
KEPT = 8  # digits of what the pipeline writes: other processors give other last ones
NOISE = 1e-12  # smaller is what arithmetic leaves of a zero
LONGEST = 1e15  # from here on the zeros are not worth reading


def number(value: float | None, digits: int = DIGITS) -> str:
    """A number as people read it.

    Args:
        value: a count, which is an `int` and written whole, or what was measured.
        digits: how many of a measured value's digits matter.

    Returns:
        For instance 12,345 for a count, 0.950 or 12,300 for what was measured; ? for no number.
    """
    if value is None or isnan(value):
        return "?"
    if isinstance(value, Integral):
        return f"{int(value):,}"
    if not isfinite(value):
        return "infinity" if value > 0 else "-infinity"
    if abs(value) < NOISE:
        return "0"
    rounded = f"{value:.{digits - 1}e}"  # the exponent after rounding: 9.996 is 10.0
    exponent = int(rounded.rpartition("e")[2])
    if abs(value) >= LONGEST:
        return f"{rounded.partition('e')[0]}e{exponent}"
    return f"{Decimal(rounded):,.{max(0, digits - 1 - exponent)}f}"


def apart(*values: float | None) -> list[str]:
    """Numbers that are compared, with as many digits as it takes to see which ones differ.

    Those that differ by less than a millionth are written with three digits, and look the same.
    """
    for digits in range(DIGITS, MOST_DIGITS + 1):
        shown = [number(value, digits) for value in values]
        if len(set(shown)) == len(set(values)):
            return shown
    return [number(value) for value in values]


def rounded(value: float, digits: int = MOST_DIGITS) -> float:
    """A measured value as a file keeps it: digits that matter, however small it is."""
    return float(f"{value:.{digits}g}")


def signed(text: str) -> str:
    """A number that was written, as a difference: with its sign, but for zero."""
    return text if text in ("0", "?") or text.startswith("-") else f"+{text}"


def exact(value: float) -> str:
    """A number that somebody chose, with every digit: a limit, a tick of an axis."""
    size = abs(value)
    if not isfinite(value) or size >= LONGEST or 0 < size < NOISE:
        return number(float(value))
    return f"{Decimal(f'{value:.12g}'):,f}"
