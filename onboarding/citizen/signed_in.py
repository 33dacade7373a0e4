"""Who is signed in: Flask-Login asks here, with the token in the browser's cookie."""

import base64
from datetime import datetime

from flask import Request, current_app, session
from sqlalchemy.orm import Session

from onboarding.accounts import certificates, sessions
from onboarding.accounts.certificates import Certificate
from onboarding.accounts.sign_ins import SignIn
from onboarding.signatures import chain
from onboarding.signatures.refusals import Refusal, RevocationUnknown, Revoked
from onboarding.web import requests
from onboarding.web.cookie import read_cookie
from onboarding.work import current_connection, current_session, nothing_held, writing


def of_request(_request: Request) -> SignIn | None:
    """The sign-in of this browser, kept from falling asleep by this very click (P23)."""
    now = requests.now()
    sign_in = find(now)
    if sign_in is not None and sign_in.recheck_at is not None and now >= sign_in.recheck_at:
        check_again(now, sign_in)
        sign_in = find(now)
    if sign_in is not None and now - sign_in.last_seen_at >= sessions.TOUCH:
        with writing() as db:
            sessions.touch(db, now, sign_in)
    return sign_in


def anybody() -> bool:
    """Whether a sign-in is open in this browser; never who. Other rooms ask `app.extensions["signed_in"]`.

    It is looked at only: nothing is written, and no issuer is asked about it. A browser in which nobody ever was
    signed in is not looked up.
    """
    known = not session.new and read_cookie("browser") is not None
    return known and find(requests.now()) is not None


def find(now: datetime) -> SignIn | None:
    """The open sign-in of this browser."""
    settings = current_app.extensions["settings"]
    return sessions.find(current_connection(), now, settings, session.token)  # type: ignore[attr-defined]


def check_again(now: datetime, sign_in: SignIn) -> None:
    """Check the certificate of a sign-in again, at its first request after an hour (P38).

    Two requests at once may both ask. What was found out about a certificate in whose place another has come
    meanwhile is forgotten: the next click asks about that one.
    """
    opened_by = current_session().get_one(Certificate, sign_in.certificate_id)
    certificate_id, encoded, issuer = opened_by.id, opened_by.encoded, opened_by.issuer
    with nothing_held():
        refusal = refused(encoded, issuer, now)
    with writing():
        db = current_session()
        certificate = db.get(Certificate, certificate_id, with_for_update=True)
        if certificate is not None and certificate.encoded == encoded:
            write_down(db, now, sign_in, certificate, refusal)


def refused(encoded: str | None, issuer: str, now: datetime) -> Refusal | None:
    """What there is against a certificate; nothing where it was linked before certificates were kept."""
    if encoded is None:
        return None
    try:
        chain.check_again(base64.b64decode(encoded), issuer, current_app.extensions["trust"], now)
    except Refusal as refusal:
        return refusal
    return None


def write_down(
    db: Session, now: datetime, sign_in: SignIn, certificate: Certificate, refusal: Refusal | None
) -> None:
    """What is known against a certificate ends what it has opened.

    Where nobody can be asked the sign-in goes on for the time being; every change of a way in needs a proof of its
    own.
    """
    if refusal is None or isinstance(refusal, RevocationUnknown):
        sessions.recheck_from(db, sign_in, now + (sessions.RECHECK_SOON if refusal else sessions.RECHECK))
        return
    if isinstance(refusal, Revoked) and certificate.ended_at is None:
        certificates.end(db, now, certificate, "revoked")
    sessions.end_opened_by(db, now, certificate.id, f"certificate-{refusal.code}")
