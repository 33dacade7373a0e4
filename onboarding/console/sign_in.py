"""Signing in to the console: by passkey. Nobody types a name."""

import re
from uuid import UUID

from flask import Response, abort, current_app, jsonify, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue

from onboarding.accounts import challenges, passkeys, staff_attempts, staff_sessions
from onboarding.accounts.sessions import token_hash
from onboarding.accounts.staff import Staff
from onboarding.console import place
from onboarding.console.guard import ANYBODY, allow, console, of_request
from onboarding.console.within import within
from onboarding.resources import N_
from onboarding.web.device import device_name
from onboarding.web.requests import client_address

PASSKEY = "staff-passkey"
PAGE = re.compile(
    r"/console/[\w/.-]*(\?[\w=&%+.-]*)?", re.ASCII
)  # an address here, and no other host's (rule R29)
FAILED = N_("That did not work. Please try once more; if it fails again, ask an administrator for a new link.")
SLOWED = N_("There were too many failed tries from your network. Please wait a few minutes.")


@console.get("/sign-in")
@allow(ANYBODY)
def sign_in() -> ResponseReturnValue:
    """The way in; who is in already is led on."""
    return redirect(wanted(), 303) if of_request() else page()


def wanted() -> str:
    """The page that somebody came from; the console's first one where the address names none of ours."""
    to = request.args.get("to", "")
    return to if PAGE.fullmatch(to) else url_for("console.home")


def page(problem: str = "") -> str:
    """The page, with what went wrong."""
    address = place.address(current_app.extensions["settings"])
    elsewhere = "" if address == place.origin() else f"{address}/console/sign-in"
    return render_template("console/sign-in.html", problem=problem, elsewhere=elsewhere)


@console.post("/sign-in/challenge")
@allow(ANYBODY)
def sign_in_challenge() -> Response:
    """What the browser needs to use a passkey."""
    return jsonify(place.site().ask(new_challenge(PASSKEY)))


def new_challenge(purpose: str) -> challenges.Challenge:
    """A fresh challenge for this browser; 429 for an address that asks for too many."""
    db, now, settings = within()
    if not staff_attempts.ask(db, now, settings, client_address()):
        abort(429)
    return challenges.make(db, now, settings, browser(), purpose, place.origin())


@console.post("/sign-in")
@allow(ANYBODY)
def sign_in_by_passkey() -> ResponseReturnValue:
    """Check the answer and sign its owner in."""
    db, now, settings = within()
    if staff_attempts.closed_until(db, now, settings, client_address()):
        return page(SLOWED), 429
    taken = challenges.take(db, now, browser(), PASSKEY)
    proof = request.form.get("proof", "")
    found = passkeys.verify(db, now, place.site(), taken, proof) if taken else "challenge"
    if isinstance(found, str):
        staff_attempts.failed(db, now, settings, client_address(), found)
        return page(FAILED), 403
    return enter(found, "passkey")


def enter(staff: Staff, how: str, certificate_id: UUID | None = None) -> ResponseReturnValue:
    """Begin a session under a new token (rule R24)."""
    db, now, _settings = within()
    token = session.renew()  # type: ignore[attr-defined]
    device = device_name(request.headers.get("User-Agent", ""))
    staff_sessions.start(db, now, staff, token, how, device, certificate_id)
    return redirect(wanted(), 303)


def browser() -> bytes:
    """What this browser is known by."""
    return token_hash(session.token)  # type: ignore[attr-defined]
