"""The challenge that the page's script asks for after the click, to be signed by the token."""

from urllib.parse import urlsplit

from flask import Blueprint, Response, abort, jsonify, request

from onboarding.accounts import challenges
from onboarding.journey.table import TABLE
from onboarding.journey.usb import as_signed
from onboarding.journey.visit import Visit
from onboarding.signatures.challenge import SIGN_IN

usb = Blueprint("usb", __name__, url_prefix="/onboarding/usb")


@usb.post("/challenge")
def challenge() -> Response:
    """A fresh challenge, bound to this browser, its origin and the purpose; it can be signed once."""
    visit = Visit(TABLE, TABLE["usb"])
    if not visit.may_open():
        abort(403)
    asked = urlsplit(f"http://{request.host}" if visit.settings.sandbox else visit.settings.public_url)
    made = challenges.make(
        visit.db, visit.now, visit.settings, visit.token_hash, SIGN_IN, f"{asked.scheme}://{asked.netloc}"
    )
    return jsonify(text=as_signed(visit, made).text())
