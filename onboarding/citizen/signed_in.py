"""Who is signed in: Flask-Login asks here, with the token in the browser's cookie."""

import base64
from datetime import datetime

from flask import Request, current_app, session
from sqlalchemy.orm import Session

from onboarding.accounts import certificates, sessions
from onboarding.accounts.certificates import Certificate
from onboarding.accounts.sign_ins import SignIn
from onboarding.db import current_session, writing
from onboarding.signatures import chain
from onboarding.signatures.refusals import Refusal, RevocationUnknown, Revoked
from onboarding.web import requests


def of_request(_request: Request) -> SignIn | None:
    """The sign-in of this browser, kept from falling asleep by this very click (P23)."""
    settings, now = current_app.extensions["settings"], requests.now()
    sign_in = sessions.find(current_session(), now, settings, session.token)  # type: ignore[attr-defined]
    if sign_in is None:
        return None
    if sign_in.recheck_at is not None and now >= sign_in.recheck_at:
        with writing() as db:
            good = holds(db, now, sign_in)
        if not good:
            return None
    if now - sign_in.last_seen_at >= sessions.TOUCH:
        with writing() as db:
            sessions.touch(db, now, sign_in)
    return sign_in


def holds(db: Session, now: datetime, sign_in: SignIn) -> bool:
    """Check the certificate of a sign-in again, at its first request after an hour (P38).

    What is known against it ends the sign-in. Where nobody can be asked the sign-in goes on for the time being;
    every change of a way in needs a proof of its own.
    """
    certificate = db.get_one(Certificate, sign_in.certificate_id)
    refusal = refused(certificate, now)
    if refusal is None or isinstance(refusal, RevocationUnknown):
        sessions.recheck_from(db, sign_in, now + (sessions.RECHECK_SOON if refusal else sessions.RECHECK))
        return True
    if isinstance(refusal, Revoked) and certificate.ended_at is None:
        certificates.end(db, now, certificate, "revoked")
    sessions.end_opened_by(db, now, certificate.id, f"certificate-{refusal.code}")
    return False


def refused(certificate: Certificate, now: datetime) -> Refusal | None:
    """What there is against a certificate; nothing where it was linked before certificates were kept."""
    if certificate.encoded is None:
        return None
    try:
        encoded = base64.b64decode(certificate.encoded)
        chain.check_again(encoded, certificate.issuer, current_app.extensions["trust"], now)
    except Refusal as refusal:
        return refusal
    return None
