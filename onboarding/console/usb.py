"""USB tokens of staff: registered with a link, and signing in from then on. The token asks for its PIN (P30)."""

import base64
from dataclasses import dataclass

from flask import Response, current_app, jsonify, render_template, request, url_for
from flask.typing import ResponseReturnValue

from onboarding.accounts import audit, challenges, staff_attempts, staff_keys
from onboarding.console.first_sign_in import LINK_DEAD
from onboarding.console.guard import ANYBODY, allow, console
from onboarding.console.sign_in import SLOWED, browser, enter, new_challenge
from onboarding.console.within import within
from onboarding.resources import N_
from onboarding.signatures import bridges, chain
from onboarding.signatures.chain import Signer
from onboarding.signatures.challenge import Challenge
from onboarding.signatures.refusals import Refusal
from onboarding.web.headers import allow_connections
from onboarding.web.requests import client_address
from onboarding.work import nothing_held

USB = "staff-sign-in"
TOO_LATE = N_("The signature came too late or was made on another page. Press the button and sign once more.")
NOT_KNOWN = N_("This token is not registered here. Please register it with a link from an administrator.")
OF_ANOTHER = N_("This token belongs to another member of staff.")


@dataclass(frozen=True)
class Refused:
    """Why a signature does not count: a word for the record of events, and a sentence for whoever signed."""

    reason: str
    sentence: str


@console.get("/sign-in/usb")
@allow(ANYBODY)
def sign_in_usb() -> str:
    """Sign in with a token."""
    return page("sign-in-usb")


@console.get("/first-sign-in/usb")
@allow(ANYBODY)
def first_usb() -> str:
    """Register a token, with a link."""
    return page("first-usb")


def page(name: str, problem: str = "") -> str:
    """A page that may speak to the signing programs of the bridges."""
    allow_connections(*bridges.CONNECT_SOURCES)
    licence = current_app.extensions["settings"].vnpt_licence
    return render_template(
        f"console/{name}.html",
        problem=problem,
        bridges=bridges.BRIDGES,
        licence=licence,
        words_url=url_for("console.usb_words"),
    )


@console.get("/usb/words")
@allow(ANYBODY)
def usb_words() -> str:
    """The sentences for what signing programs can answer; the console's host may have no other pages."""
    return render_template("parts/usb-words.html")


@console.post("/usb/challenge")
@allow(ANYBODY)
def usb_challenge() -> Response:
    """A text to sign, for this browser alone; signing programs that add the origin themselves take its nonce."""
    made = new_challenge(USB)
    return jsonify(text=as_signed(made).text(), nonce=made.nonce)


def as_signed(made: challenges.Challenge) -> Challenge:
    """A stored challenge as the text that the token was given."""
    times = {"issued_at": made.issued_at, "expires_at": made.expires_at}
    portal = current_app.extensions["settings"].portal_name
    return Challenge(portal=portal, origin=made.origin, purpose=made.purpose, nonce=made.nonce, **times)


@console.post("/sign-in/usb")
@allow(ANYBODY)
def sign_in_by_usb() -> ResponseReturnValue:
    """Check the signature and sign its owner in."""
    db, now, _settings = within()
    found = signed()
    if isinstance(found, Refused):
        return refused("sign-in-usb", found)
    used = staff_keys.use_certificate(db, now, found.key_hash, encoded(found))
    return enter(used.staff, "usb", used.id) if used else refused("sign-in-usb", Refused("unknown", NOT_KNOWN))


@console.post("/first-sign-in/usb")
@allow(ANYBODY)
def register_usb() -> ResponseReturnValue:
    """Keep the token's certificate, use the link up, and sign its holder in."""
    db, now, _settings = within()
    found = signed()
    if isinstance(found, Refused):
        return refused("first-usb", found)
    if staff_keys.of_key(db, found.key_hash):
        return refused("first-usb", Refused("taken", OF_ANOTHER))
    link = staff_keys.use_link(db, now, request.form.get("code", ""))
    if link is None:
        return refused("first-usb", Refused("link", LINK_DEAD))
    shown = (found.key_hash, found.issuer, found.serial, found.not_after, encoded(found))
    kept = staff_keys.keep_certificate(db, now, link.staff, *shown)
    entered = enter(link.staff, "usb", kept.id)
    audit.record(db, now, link.staff, "staff-way-in-added", "first sign-in", way="usb")
    return entered


def encoded(signer: Signer) -> str:
    """A certificate as it is kept."""
    return base64.b64encode(signer.certificate).decode()


def signed() -> Signer | Refused:
    """Who signed the challenge of this browser, by the chain of checks that citizens' tokens pass, too.

    Whether its address may try is looked at again afterwards: tries at the same time do not wait for each other.
    """
    if closed := slowed():
        return closed
    found = checked()
    return slowed() or found


def slowed() -> Refused | None:
    """Why an address may not try from which too much has failed; its other tries wait until this one is over."""
    db, now, settings = within()
    closed = staff_attempts.closed_until(db, now, settings, client_address())
    return Refused("slowed", SLOWED) if closed else None


def checked() -> Signer | Refused:
    """What the chain says of the signature; its challenge is used up before anybody is asked."""
    db, now, _settings = within()
    try:
        proof = chain.parse(request.form.get("kind", ""), request.form.get("proof", ""))
        taken = challenges.take(db, now, browser(), USB)
        if taken is None:
            return Refused("challenge", TOO_LATE)
        challenge = as_signed(taken)
        with nothing_held():
            return chain.check(proof, challenge, current_app.extensions["trust"], now)
    except Refusal as refusal:
        return Refused(refusal.code, refusal.message)


def refused(name: str, why: Refused) -> ResponseReturnValue:
    """The page once more, with why; what failed counts for its address."""
    db, now, settings = within()
    if why.sentence == SLOWED:
        return page(name, SLOWED), 429
    staff_attempts.failed(db, now, settings, client_address(), why.reason)
    return page(name, why.sentence), 403
