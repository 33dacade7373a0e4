"""`/sandbox/`: how to test, services, clock and faults, the text messages, and the parts of the pages."""

from datetime import datetime
from typing import Any

from flask import Blueprint, current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_babel import lazy_gettext as _l

from onboarding.accounts.clients import WrongClient, find
from onboarding.sandbox import faults, kept, parts
from onboarding.sandbox.api import arrived, settings
from onboarding.sandbox.clients import PORTS, READY, READY_SECRET, register, registered
from onboarding.sandbox.clock import TooFar, clock_file, forward, move, reset
from onboarding.sandbox.faults import FAULTS
from onboarding.sandbox.forms import ClientForm, ClockForm, FaultForm
from onboarding.sandbox.numbers import NUMBERS
from onboarding.web.requests import now
from onboarding.work import current_session

pages = Blueprint("sandbox", __name__, url_prefix="/sandbox")

STATE_NAMES = {
    "waiting": _l("Waiting"),
    "sent": _l("Sent"),
    "delivered": _l("Delivered"),
    "unknown": _l("Not known"),
    "dropped": _l("Dropped"),
    "failed": _l("Failed"),
}


@pages.get("/")
def start() -> str:
    """How to test."""
    ready = {"client_id": READY, "secret": READY_SECRET, "ports": PORTS}
    return render_template("sandbox/start.html", ready=ready, numbers=NUMBERS, issuer=settings().public_url)


@pages.route("/clients", methods=["GET", "POST"])
def clients() -> ResponseReturnValue:
    """The services that citizens can sign in to here; more can be registered, whose secret is shown this once."""
    form, made = ClientForm(), None
    if form.validate_on_submit():
        try:
            made = register(current_session(), now(), str(form.name.data), [str(form.redirect_uri.data)])
        except WrongClient as wrong:
            form.redirect_uri.errors = [gettext(wrong.message, **wrong.values)]
    found = registered(current_session())
    return render_template("sandbox/clients.html", form=form, made=made, clients=found)


@pages.get("/controls")
def controls() -> str:
    """The clock and the faults."""
    return show_controls(ClockForm(), FaultForm())


def show_controls(clock: ClockForm, fault: FaultForm) -> str:
    """The page with its forms; that which was refused leads the summary of what to mend."""
    ahead, on = forward(clock_file(settings())), kept.read(faults.faults_file(settings()))
    form = fault if fault.errors else clock
    return render_template(
        "sandbox/controls.html", form=form, clock=clock, fault=fault, ahead=ahead, on=on, names=FAULTS, now=now()
    )


@pages.post("/clock")
def move_clock() -> ResponseReturnValue:
    """Move the clock forward, or back to the computer's time."""
    form = ClockForm()
    if "reset" in request.form:
        reset(clock_file(settings()))
    elif form.validate():
        try:
            move(clock_file(settings()), int(str(form.forward.data)))
        except TooFar:
            form.forward.errors = [gettext("Enter a number of seconds, ten years at most.")]
    return show_controls(form, FaultForm(None)) if form.errors else redirect(url_for("sandbox.controls"), 303)


@pages.post("/faults")
def switch_fault() -> ResponseReturnValue:
    """Switch a fault on for a service, or off."""
    form = FaultForm()
    chosen = form.fault.data if form.fault.data in FAULTS else None
    if form.validate() and chosen and find(current_session(), str(form.client_id.data)) is None:
        form.client_id.errors = [gettext("There is no service with this client id.")]
    if form.errors:
        return show_controls(ClockForm(None), form)
    faults.switch(settings(), str(form.client_id.data), chosen)
    return redirect(url_for("sandbox.controls"), 303)


@pages.get("/parts")
def all_parts() -> str:
    """Every part of the pages; `?errors=1` shows the fields as they come back when nothing was filled in."""
    answers = current_app.extensions["answers"].values()
    return render_template(
        "sandbox/parts.html",
        form=parts.form(failed="errors" in request.args),
        colours=parts.colours(),
        news=parts.news(),
        now=now(),
        figures={"online": 13, "today": 2700, "total": 4_417_212},
        tally=[{"label": label, "count": 1, "percent": 100 // len(answers)} for label in answers],
    )


@pages.get("/messages")
def messages() -> str:
    """The messages as a page."""
    found: list[dict[str, Any]] = [
        {**message, "created_at": datetime.fromisoformat(message["created_at"])} for message in arrived()
    ]
    return render_template("sandbox/messages.html", messages=found, state_names=STATE_NAMES)
