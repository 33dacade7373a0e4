"""The journey as an SVG picture: a band for each answer, its pages from left to right.

An arrow leads to the next column only, through the gap between two columns, so none crosses a box. Every other
way on, back or into another band stands below its box as the name of the page it leads to.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from html import escape
from itertools import count
from textwrap import wrap

from flask_babel import lazy_gettext as _l

from onboarding.journey.steps import Step, Table

WIDTH, HEIGHT, GAP = 168, 74, 44  # of a box, and between two columns
LINE = 17  # height of a line of text
LETTERS = 19  # of a title on one line
MARGIN = 20
INK = "#445"
BEEN, HERE = "#ffe9b8", "#8a1f11"
BANDS = (
    ("#087f3f", "#eef8f1"),
    ("#06c", "#edf4fb"),
    ("#a50", "#fbf3ea"),
    ("#84a", "#f6eff9"),
    ("#566", "#f0f2f3"),
)
HEAD = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img" '
    'font-family="system-ui, sans-serif" font-size="15" fill="none">\n<title>{title}</title>\n'
    '<defs><marker id="head" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8" markerHeight="8" '
    'markerUnits="userSpaceOnUse" orient="auto"><path d="M0 0 8 4 0 8z" fill="#445"/></marker></defs>\n'
    '<rect width="{width}" height="{height}" fill="#fff"/>'
)
TITLE, WALKED = _l("The journey"), _l("Filled: answered. Thick and dark: here.")
LEGEND = "Round: the journey ends here. Thick border: may be opened directly. → page: goes on there."


@dataclass(frozen=True)
class Place:
    """Where a step stands: upper left corner, band, and column within the band."""

    x: int
    y: int
    band: int
    column: int


@dataclass(frozen=True)
class Walk:
    """Where somebody has been, and where they are; only the bands that they saw are drawn then."""

    been: Collection[str]
    here: str


def svg(table: Table, walk: Walk | None = None) -> str:
    """The whole picture, or what one person has seen of it."""
    bands = [columns(table, band) for band in split(table) if walk is None or {*walk.been, walk.here} & {*band}]
    heights = [height(table, band) for band in bands]
    tops = [MARGIN + sum(heights[:number]) for number in range(len(bands) + 1)]
    lowest = 0 if next(iter(table)) in bands[0] else 1  # band 0 is the first question's alone
    rows = list(zip(count(lowest), bands, tops, heights, strict=False))
    places = dict(place for number, band, top, _ in rows for place in placed(table, band, top, number))
    width = max(place.x for place in places.values()) + WIDTH + 2 * MARGIN
    parts = [HEAD.format(title=TITLE, width=width, height=tops[-1] + 2 * MARGIN)]
    parts += [background(number, top, high, width) for number, _, top, high in rows if number]
    steps = [step for step in table.values() if step.name in places]
    parts += [part for step in steps for part in drawn(step, places, walk)]
    parts.append(words(MARGIN, tops[-1] + MARGIN, str(WALKED) if walk else LEGEND, 'fill="#445" font-size="14"'))
    return "\n".join([*parts, "</svg>"])


def split(table: Table) -> list[list[str]]:
    """The names in bands: the first question, then each way from where it or an unled-to entrance begins."""
    first, *others = table
    led_to = {target for step in table.values() for target in step.leads_to}
    bands = [[first]]
    for name in others:
        if name in table[first].leads_to or name not in led_to:
            bands.append([])
        bands[-1].append(name)
    return bands


def columns(table: Table, band: list[str]) -> dict[str, int]:
    """The column of each step of a band: after all that lead to it, where they are declared before it."""
    found = dict.fromkeys(band, 0)
    for number, name in enumerate(band):
        for target in table[name].leads_to:
            if target in band[number + 1 :]:
                found[target] = max(found[target], found[name] + 1)
    return found


def height(table: Table, band: dict[str, int]) -> int:
    """How high a band is."""
    rows = max(list(band.values()).count(column) for column in band.values())
    return rows * row_height(table, band) + MARGIN


def row_height(table: Table, band: dict[str, int]) -> int:
    """A box, the names below it, and some air."""
    most = max(sum(band.get(to) != band[name] + 1 for to in table[name].leads_to) for name in band)
    return HEIGHT + MARGIN + (0 if next(iter(table)) in band else LINE * most)


def placed(table: Table, band: dict[str, int], top: int, number: int) -> Iterator[tuple[str, Place]]:
    """The places of a band's steps, in each column from above in the order of the table."""
    rows = dict.fromkeys(band.values(), 0)
    left = 2 * MARGIN + (GAP if number else 0)
    for name, column in band.items():
        y = top + MARGIN + rows[column] * row_height(table, band)
        yield name, Place(left + column * (WIDTH + GAP), y, number, column)
        rows[column] += 1


def drawn(step: Step, places: dict[str, Place], walk: Walk | None) -> Iterator[str]:
    """A step's box with all its ways on; those into bands that are not drawn are left out."""
    here = places[step.name]
    elsewhere = 0
    yield box(step, here, walk)
    for target in (target for target in step.leads_to if target in places):
        there = places[target]
        if here.band == 0:
            yield arrow(f"M{here.x + GAP // 2} {here.y + HEIGHT} V{there.y + HEIGHT // 2} H{there.x}", INK)
        elif (there.band, there.column) == (here.band, here.column + 1):
            x, y, far = here.x + WIDTH, here.y + HEIGHT // 2, there.y + HEIGHT // 2
            yield arrow(f"M{x} {y} C{x + GAP} {y} {x} {far} {there.x} {far}", colour(here))
        else:
            elsewhere += 1
            style = f'class="way" fill="{colour(there)}" font-size="14"'
            yield words(here.x + 6, here.y + HEIGHT + LINE * elsewhere, f"→ {target}", style)


def colour(place: Place) -> str:
    """The colour of a place's band, for lines and letters."""
    return BANDS[(place.band - 1) % len(BANDS)][0]


def arrow(way: str, ink: str) -> str:
    """A line with a head."""
    return f'<path class="way" d="{way}" stroke="{ink}" stroke-width="2" marker-end="url(#head)"/>'


def box(step: Step, place: Place, walk: Walk | None) -> str:
    """The title of a page, and below it the last word of its address."""
    lines = wrap(str(step.title), LETTERS)[:3]
    middle, first = place.x + WIDTH // 2, place.y + (HEIGHT - LINE * (len(lines) + 1)) // 2 + 13
    centred = 'text-anchor="middle" fill='
    is_here, been = walk is not None and step.name == walk.here, walk is not None and step.name in walk.been
    thick = 6 if is_here else 3 if step.entrance and walk is None else 1
    shape = (
        f'<rect x="{place.x}" y="{place.y}" width="{WIDTH}" height="{HEIGHT}" rx="{24 if step.outcome else 4}" '
        f'fill="{BEEN if been or is_here else "#fff"}" stroke="{HERE if is_here else "#223"}" '
        f'stroke-width="{thick}"/>'
    )
    title = [words(middle, first + LINE * row, line, f'{centred}"#112"') for row, line in enumerate(lines)]
    name = words(middle, first + LINE * len(lines), step.name, f'{centred}"#556" font-size="13"')
    return "\n".join([shape, *title, name])


def background(band: int, top: int, high: int, width: int) -> str:
    """The band's own ground."""
    ground = BANDS[(band - 1) % len(BANDS)][1]
    x = 2 * MARGIN + GAP - 10
    return f'<rect x="{x}" y="{top + 5}" width="{width - x - 10}" height="{high - 10}" rx="8" fill="{ground}"/>'


def words(x: int, y: int, text: str, style: str) -> str:
    """A line of text."""
    return f'<text x="{x}" y="{y}" {style}>{escape(text)}</text>'
