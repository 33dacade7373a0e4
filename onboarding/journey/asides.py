"""What the scripts of the wizard's pages ask for beside the pages; every page works without."""

from flask import Blueprint, abort, jsonify, render_template
from flask.typing import ResponseReturnValue

from onboarding.journey.gate import turned_away
from onboarding.journey.pages import visit_of
from onboarding.journey.staying import open_until
from onboarding.journey.visit import Visit
from onboarding.web.staying import staying

NOTHING = ("", 204)

asides = Blueprint("asides", __name__, url_prefix="/onboarding")


@asides.get("/<name>/message")
def message(name: str) -> ResponseReturnValue:
    """What became of the message of this browser's code page; nothing where this browser is not there.

    Two statements, and nothing is written: whoever only waits stays as idle as they were.
    """
    visit = visit_of(name)
    if visit.step.template != "code" or visit.must_prove or not visit.may_open() or turned_away(visit):
        return NOTHING
    return render_template("journey/message.html", message=visit.step.show(visit)["message"])


@asides.post("/<name>/typed")
def typed(name: str) -> ResponseReturnValue:
    """Keep what is typed on a page that is about to end; the journey stays as idle as it was."""
    visit = known_visit(name)
    visit.keep_typed(visit.step.form().typed() if visit.step.form else {})
    visit.save(touch=False)
    return NOTHING


@asides.post("/<name>/stay")
def stay(name: str) -> ResponseReturnValue:
    """Keep a page open for its whole time again; where it has ended, no time is left."""
    visit = known_visit(name)
    visit.save(touch=not visit.must_prove)
    return jsonify(staying(visit.now, open_until(visit)))


def known_visit(name: str) -> Visit:
    """The visit of somebody who has proven who they are, and is still on the way; 404 for all others."""
    visit = visit_of(name)
    if visit.finished or not visit.known or turned_away(visit):
        abort(404)
    return visit
