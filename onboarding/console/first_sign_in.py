"""The first sign-in: a link that works once registers the passkey that signs its holder in from then on."""

from flask import Response, jsonify, render_template, request
from flask.typing import ResponseReturnValue

from onboarding.accounts import audit, challenges, passkeys, staff_attempts, staff_keys
from onboarding.console import place
from onboarding.console.guard import ANYBODY, allow, console
from onboarding.console.sign_in import SLOWED, browser, enter, new_challenge
from onboarding.console.within import within
from onboarding.resources import N_
from onboarding.web.requests import client_address

NEW_PASSKEY = "staff-new-passkey"
LINK_DEAD = N_("This link was used already or is too old. Please ask an administrator for a new one.")
NOT_KEPT = N_("The passkey could not be registered. Please try once more.")


@console.get("/first-sign-in")
@allow(ANYBODY)
def first_sign_in() -> str:
    """The page that a link leads to. The code stays in the browser until its holder presses the button."""
    return page()


def page(problem: str = "") -> str:
    """The page, with what went wrong."""
    return render_template("console/first-sign-in.html", problem=problem)


@console.post("/first-sign-in/challenge")
@allow(ANYBODY)
def first_challenge() -> Response:
    """What the browser needs to make a passkey for whom the link is; for a dead link that it is dead."""
    db, now, settings = within()
    link = staff_keys.find_link(db, now, request.form.get("code", ""))
    if link is None:
        staff_attempts.failed(db, now, settings, client_address(), "link")
        return jsonify(refused="link")
    return jsonify(place.site().ask_new(new_challenge(NEW_PASSKEY), link.staff))


@console.post("/first-sign-in")
@allow(ANYBODY)
def register_passkey() -> ResponseReturnValue:
    """Keep the passkey, use the link up, and sign its holder in."""
    db, now, settings = within()
    if staff_attempts.closed_until(db, now, settings, client_address()):
        return page(SLOWED), 429
    code, proof = request.form.get("code", ""), request.form.get("proof", "")
    taken = challenges.take(db, now, browser(), NEW_PASSKEY)
    made = passkeys.check_new(db, place.site(), taken, proof) if taken else None
    link = staff_keys.use_link(db, now, code) if made else staff_keys.find_link(db, now, code)
    if made is None or link is None:
        staff_attempts.failed(db, now, settings, client_address(), "signature" if link else "link")
        return page(NOT_KEPT if link else LINK_DEAD), 403
    passkeys.keep(db, now, link.staff, made)
    entered = enter(link.staff, "passkey")
    audit.record(db, now, link.staff, "staff-way-in-added", "first sign-in", way="passkey")
    return entered
