"""A session that a USB token has opened lasts as long as the token's certificate is good (P38)."""

import base64
from datetime import datetime

from flask import current_app
from sqlalchemy.orm import Session

from onboarding.accounts import events, sessions, staff_sessions
from onboarding.accounts.staff_keys import StaffCertificate
from onboarding.accounts.staff_sessions import StaffSession
from onboarding.signatures import chain
from onboarding.signatures.refusals import Refusal, RevocationUnknown, Revoked
from onboarding.work import nothing_held


def ask(db: Session, now: datetime, session: StaffSession) -> Refusal | None:
    """What there is against the certificate of a session, at its first request after an hour."""
    certificate = db.get(StaffCertificate, session.certificate_id)
    if certificate is None:
        return Revoked()
    encoded, issuer = base64.b64decode(str(certificate.encoded)), certificate.issuer
    with nothing_held():
        try:
            chain.check_again(encoded, issuer, current_app.extensions["trust"], now)
        except Refusal as refusal:
            return refusal
    return None


def write_down(db: Session, now: datetime, session: StaffSession, refusal: Refusal | None) -> None:
    """What is known against its certificate ends the session; one that was revoked signs nobody in any more.

    Where nobody can be asked the session goes on for the time being.
    """
    if session.ended_at is not None:
        return  # meanwhile, e.g. because its owner has signed in by a renewed certificate
    if refusal is None or isinstance(refusal, RevocationUnknown):
        due = now + (sessions.RECHECK_SOON if refusal else sessions.RECHECK)
        staff_sessions.recheck_from(db, session, due)
        return
    certificate = db.get(StaffCertificate, session.certificate_id, with_for_update=True)
    if isinstance(refusal, Revoked) and certificate is not None:
        db.delete(certificate)
    staff_sessions.end_all(db, now, session.staff, f"certificate-{refusal.code}")
    events.record(db, now, "staff-refused", reason=refusal.code)
