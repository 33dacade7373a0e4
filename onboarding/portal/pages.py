"""`/` and the portlets, each also alone for other sites."""

from typing import Any

from flask import Blueprint, current_app, render_template

from onboarding.accounts import journeys
from onboarding.db import current_session

pages = Blueprint("portal", __name__)


@pages.get("/")
def page() -> str:
    """News, the question, the tally."""
    return render_template("portal/page.html", answers=current_app.extensions["answers"], tally=tally_rows())


@pages.get("/portlet/question")
def question() -> str:
    """The question alone."""
    return render_template("portal/question.html", answers=current_app.extensions["answers"])


@pages.get("/portlet/tally")
def tally() -> str:
    """The tally alone."""
    return render_template("portal/tally.html", tally=tally_rows())


def tally_rows() -> list[dict[str, Any]]:
    """For each answer how often it was given, and its share of all in percent."""
    counts = journeys.answers(current_session())
    total = sum(counts.values())
    return [
        {
            "label": label,
            "count": counts.get(value, 0),
            "percent": round(100 * counts.get(value, 0) / max(total, 1)),
        }
        for value, label in current_app.extensions["answers"].items()
    ]
