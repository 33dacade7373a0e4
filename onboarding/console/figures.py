"""`/console/figures`: pictures of how people fare, the table behind each, and the same as a file."""

import csv
import io
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from flask import Response, abort, current_app, render_template, request
from flask_babel import LazyString, format_date, gettext
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from onboarding.accounts import sites
from onboarding.console import counting
from onboarding.console.counting import Rows
from onboarding.console.guard import allow, console
from onboarding.signatures.refusals import Refusal
from onboarding.web import requests
from onboarding.web.language import language
from onboarding.work import current_session

SPANS = (7, 30, 90)  # days that can be looked at
VIETNAM = timedelta(hours=7)
FORMULA = ("=", "+", "-", "@", "\t", "\r")  # what a spreadsheet would reckon with (rule R22)


@dataclass(frozen=True)
class Figure:
    """One figure: what is counted, its columns, and the words for the keys in its first columns."""

    title: LazyString
    columns: tuple[LazyString, ...]
    count: Callable[[Session, datetime, datetime, str | None], Rows]
    words: tuple[Callable[[Any], str], ...]


@dataclass(frozen=True)
class Counted:
    """A figure with its rows; `bars` are the label, the value and the length in percent of each bar."""

    name: str
    figure: Figure
    rows: list[list[Any]]

    @property
    def bars(self) -> list[tuple[str, int, float]]:
        """The first number of each row as a bar; what tells rows apart comes first, since long names are cut."""
        at = len(self.figure.words)
        longest = max((row[at] for row in self.rows), default=0) or 1
        return [(" · ".join(reversed(row[:at])), row[at], 100 * row[at] / longest) for row in self.rows]


def answer(value: str) -> str:
    """What was answered."""
    return str(current_app.extensions["journey"].answer(value))


def step(name: str) -> str:
    """What a page is called."""
    return str(current_app.extensions["journey"].title(name))


def cause(code: str) -> str:
    """Why a signature was not accepted."""
    kinds: list[type[Refusal]] = [Refusal, *Refusal.__subclasses__()]
    known = {kind.code: kind.message for kind in kinds}
    return f"{code}: {gettext(known[code])}" if code in known else str(code)


def day(told: object) -> str:
    """A day as people write it in the language of the page."""
    form = "dd/MM/yyyy" if language() == "vi" else "d MMM yyyy"
    return str(format_date(date.fromisoformat(str(told)), form))


PEOPLE = _l("People")
FIGURES = {
    "visits": Figure(_l("Visits by day"), (_l("Day"), _l("Visits")), counting.visits, (day,)),
    "answers": Figure(_l("What people answered"), (_l("Answer"), PEOPLE), counting.answers, (answer,)),
    "days": Figure(_l("Journeys by day"), (_l("Day"), _l("Begun"), _l("Came to an end")), counting.by_day, (day,)),
    "funnel": Figure(
        _l("How far people came"), (_l("Answer"), _l("Page"), PEOPLE), counting.reached, (answer, step)
    ),
    "stops": Figure(
        _l("Where people stopped"), (_l("Answer"), _l("Page"), PEOPLE), counting.stopped, (answer, step)
    ),
    "delivery": Figure(
        _l("How quickly messages arrive"),
        (_l("Network"), _l("Messages"), _l("Half within, seconds"), _l("Nine in ten within, seconds")),
        counting.delivered,
        (str,),
    ),
    "usb": Figure(
        _l("Why USB signatures were not accepted"), (_l("Cause"), _l("Times")), counting.refused, (cause,)
    ),
}


@console.get("/figures")
@allow("supervisor", "auditor", "administrator")
def figures() -> str:
    """All figures of the last days, of one site or of all."""
    span, here, every = days(), site(), sites.every(current_session())
    found = [counted(name, span, here) for name in FIGURES]
    asked = {"days": span, "site": here}
    return render_template("console/figures.html", figures=found, spans=SPANS, sites=every, asked=asked)


@console.get("/figures/<name>.csv")
@allow("supervisor")
def figure_file(name: str) -> Response:
    """One figure for a spreadsheet."""
    if name not in FIGURES:
        abort(404)
    found, written = counted(name, days(), site()), io.StringIO()
    rows = [[str(column) for column in found.figure.columns], *found.rows]
    csv.writer(written).writerows([[harmless(cell) for cell in row] for row in rows])
    response = Response("\ufeff" + written.getvalue(), mimetype="text/csv")
    response.headers["Content-Disposition"] = f"attachment; filename={name}.csv"
    return response


def harmless(cell: Any) -> Any:
    """A cell that no spreadsheet takes for a formula."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(FORMULA) else cell


def counted(name: str, days: int, site: str | None) -> Counted:
    """A figure of the last days, of a site or of all, its keys in words."""
    figure, now = FIGURES[name], requests.now()
    midnight = (now + VIETNAM).replace(hour=0, minute=0, second=0, microsecond=0) - VIETNAM
    since, until = midnight - timedelta(days=days - 1), midnight + timedelta(days=1)
    found = figure.count(current_session(), since, until, site)
    told = len(figure.words)
    rows = [[*(word(key) for word, key in zip(figure.words, row, strict=False)), *row[told:]] for row in found]
    return Counted(name, figure, rows)


def days() -> int:
    """How many days are looked at, today with them."""
    asked = request.args.get("days", "")
    return int(asked) if asked in map(str, SPANS) else SPANS[1]


def site() -> str | None:
    """The site that is looked at; none where all are. There are no figures of a site that there is not."""
    asked = request.args.get("site")
    if asked and asked not in sites.every(current_session()):
        abort(404)
    return asked or None
