"""The journey as a picture, drawn from the table of steps, so that picture and program cannot differ."""

from collections.abc import Callable
from html import escape

from onboarding.journey.steps import Table

BOX_WIDTH, BOX_HEIGHT, GAP_X, GAP_Y = 190, 34, 36, 18


def text(table: Table) -> str:
    """A line for each step: its name and where it leads."""
    return "\n".join(
        f"{step.name} -> {', '.join(step.leads_to) or f'({step.outcome})'}" for step in table.values()
    )


def mermaid(table: Table) -> str:
    """A Mermaid flow chart."""
    lines = ["flowchart LR"]
    lines += [f"  {step.name}([{step.name}])" for step in table.values() if step.outcome]
    lines += [f"  {step.name} --> {target}" for step in table.values() for target in step.leads_to]
    return "\n".join(lines)


def svg(table: Table) -> str:
    """A picture: steps in columns by how many pages lie before them."""
    places = placed(table)
    width = (max(column for column, _row in places.values()) + 1) * (BOX_WIDTH + GAP_X)
    height = (max(row for _column, row in places.values()) + 1) * (BOX_HEIGHT + GAP_Y)
    arrows = [arrow(places[step.name], places[to]) for step in table.values() for to in step.leads_to]
    boxes = [box(name, places[name], bool(table[name].outcome)) for name in table]
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="-8 -8 {width + 16} {height + 16}" role="img" '
        'font-family="system-ui, sans-serif" font-size="14"><title>The journey</title>'
        '<defs><marker id="head" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="7" markerHeight="7" '
        'orient="auto"><path d="M0 0 8 4 0 8z" fill="#667"/></marker></defs>'
    )
    return "\n".join([head, *arrows, *boxes, "</svg>"])


def placed(table: Table) -> dict[str, tuple[int, int]]:
    """Column and row of each step: the column by the shortest way from an entrance, the row by order."""
    columns = {name: 0 for name, step in table.items() if step.entrance}
    queue = list(columns)
    while queue:
        name = queue.pop(0)
        for target in table[name].leads_to:
            if target not in columns:
                columns[target] = columns[name] + 1
                queue.append(target)
    rows: dict[int, int] = {}
    places = {}
    for name in table:
        column = columns[name]
        places[name] = (column, rows.get(column, 0))
        rows[column] = rows.get(column, 0) + 1
    return places


def corner(place: tuple[int, int]) -> tuple[int, int]:
    """The upper left corner of the box at a place."""
    return place[0] * (BOX_WIDTH + GAP_X), place[1] * (BOX_HEIGHT + GAP_Y)


def box(name: str, place: tuple[int, int], last: bool) -> str:
    """One step; the last one of a way is round."""
    x, y = corner(place)
    fill, radius = ("#dff0e4", BOX_HEIGHT // 2) if last else ("#fff", 4)
    return (
        f'<rect x="{x}" y="{y}" width="{BOX_WIDTH}" height="{BOX_HEIGHT}" rx="{radius}" fill="{fill}" '
        'stroke="#445"/>'
        f'<text x="{x + BOX_WIDTH // 2}" y="{y + 22}" text-anchor="middle" fill="#112">{escape(name)}</text>'
    )


def arrow(start: tuple[int, int], end: tuple[int, int]) -> str:
    """A line from one step to another."""
    x1, y1 = corner(start)
    x2, y2 = corner(end)
    middle = BOX_HEIGHT // 2
    side = x1 + BOX_WIDTH if end[0] > start[0] else x1 + BOX_WIDTH // 2
    return (
        f'<path d="M{side} {y1 + middle} C{side + GAP_X} {y1 + middle} '
        f'{x2 - GAP_X} {y2 + middle} {x2} {y2 + middle}" fill="none" stroke="#99a" marker-end="url(#head)"/>'
    )


FORMATS: dict[str, Callable[[Table], str]] = {"text": text, "mermaid": mermaid, "svg": svg}
