"""The challenge that the page's script asks for after the click, to be signed by the token."""

from urllib.parse import urlsplit

from flask import Blueprint, Response, abort, jsonify, request

from onboarding.accounts import challenges
from onboarding.journey.gate import turned_away
from onboarding.journey.pages import visit_of
from onboarding.journey.signature import PURPOSES, as_signed
from onboarding.journey.visit import Visit

usb = Blueprint("usb", __name__, url_prefix="/onboarding")


@usb.post("/<name>/challenge")
def challenge(name: str) -> Response:
    """A fresh challenge, bound to this browser, its origin and the page's purpose; it can be signed once.

    Signing programs that add the origin themselves are given its nonce alone.
    """
    visit = visit_of(name)
    if name not in PURPOSES:
        abort(404)
    if not visit.may_open() or turned_away(visit):
        abort(403)
    made = challenges.make(visit.db, visit.now, visit.settings, visit.token_hash, PURPOSES[name], origin(visit))
    return jsonify(text=as_signed(visit, made).text(), nonce=made.nonce)


def origin(visit: Visit) -> str:
    """Scheme, host and port that the browser shows: the public ones, or another name of a sandbox."""
    public = urlsplit(visit.settings.public_url)
    if visit.settings.sandbox and request.host != public.netloc:
        return f"http://{request.host}"
    return f"{public.scheme}://{public.netloc}"
