"""What the scripts of the USB pages ask for: sentences, and a place for what a check found."""

from flask import Blueprint, abort, render_template, request

from onboarding.accounts import usb_checks
from onboarding.journey.beginning import begin
from onboarding.journey.table import TABLE
from onboarding.journey.usb_check import STEP
from onboarding.journey.visit import Visit

usb_check = Blueprint("usb_check", __name__, url_prefix="/onboarding/usb-check")


@usb_check.get("/words")
def words() -> str:
    """The sentences for what signing programs can answer; pages fetch them when a program is chosen."""
    return render_template("parts/usb-words.html")


@usb_check.post("/findings")
def findings() -> str:
    """Keep what was found, for whoever is called and told the journey's support code."""
    sent = request.form.to_dict()
    if not usb_checks.are_findings(sent):
        abort(400)
    visit = Visit(TABLE, STEP)
    if visit.journey is None and begin(visit):
        abort(429)
    assert visit.journey_id is not None
    usb_checks.record(visit.db, visit.now, visit.journey_id, sent)
    return render_template("parts/usb-check-sent.html", support_code=visit.support_code)
