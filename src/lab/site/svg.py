"""SVG: the few shapes that charts are drawn with, and the one place that spells them.

A chart has no style of its own: colours and sizes are classes of `assets/lab.css`. Places and
lengths are in units of the view box.
"""

from collections.abc import Iterable

from markupsafe import Markup

from .markup import text

LETTER = 6.6  # about how wide a letter is


def chart(
    label: str, width: int, height: float, parts: Iterable[str], top: float = 0, css: str = ""
) -> Markup:
    """One SVG element, without a blank line in it; `label` says in words what it shows."""
    return Markup(
        f'<svg class="{css or "lab-chart"}" viewBox="0 {top:g} {width} {height:g}" role="img" '
        f'aria-label="{text(label)}">{"".join(parts)}</svg>'
    )


def path(css: str, way: str) -> str:
    """A line or an area; `way` is its description in SVG's own letters."""
    return f'<path class="{css}" d="{way}"/>'


def across(y: float, begin: float, end: float, css: str = "grid") -> str:
    """A line from left to right."""
    return path(css, f"M{begin:.1f} {y:.1f}H{end:.1f}")


def circle(css: str, x: float, y: float, radius: float) -> str:
    """A dot."""
    return f'<circle class="{css}" cx="{x:.1f}" cy="{y:.1f}" r="{radius:g}"/>'


def rect(css: str, x: float, y: float, width: float, height: float, opacity: float = 1) -> str:
    """A rectangle from its upper left corner; `opacity` is that of its colour."""
    shade = f' fill-opacity="{opacity:.2f}"' if opacity < 1 else ""
    size = f'width="{width:.1f}" height="{height:.1f}"'
    return f'<rect class="{css}" x="{x:.1f}" y="{y:.1f}" {size}{shade}/>'


def words(
    x: float, y: float, shown: str, anchor: str = "middle", css: str = "", most: float = 0
) -> str:
    """A text at a place; `anchor` is its point there: start, middle or end.

    A text that takes more than `most`, if that is given, is squeezed into it.
    """
    kind = f' class="{css}"' if css else ""
    if most and len(shown) * LETTER > most:
        kind += f' textLength="{most:.1f}" lengthAdjust="spacingAndGlyphs"'
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}"{kind}>{text(shown)}</text>'


def within(x: float, y: float, shown: str, width: float, css: str = "") -> str:
    """A text in the middle of a place, moved to where it lies inside a drawing of a width."""
    half = min(len(shown) * LETTER, width - 4) / 2
    return words(min(max(x, half + 2), width - half - 2), y, shown, "middle", css, width - 4)


def rows(spans: Iterable[tuple[float, float]]) -> list[int]:
    """For each text, from where to where it reaches, the first row in which it meets no other."""
    taken: list[list[tuple[float, float]]] = []
    found = []
    for begin, end in spans:
        free = (all(end < b or e < begin for b, e in row) for row in taken)
        row = next((place for place, is_free in enumerate(free) if is_free), len(taken))
        taken += [[]] if row == len(taken) else []
        taken[row].append((begin, end))
        found.append(row)
    return found


def group(transform: str, parts: Iterable[str]) -> str:
    """Shapes that are moved or turned together."""
    return f'<g transform="{transform}">{"".join(parts)}</g>'
