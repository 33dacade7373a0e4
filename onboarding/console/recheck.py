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


def holds(db: Session, now: datetime, session: StaffSession) -> bool:
    """Check the certificate of a session again, at its first request after an hour.

    What is known against it ends the session, and one that was revoked signs nobody in any more. Where nobody can
    be asked the session goes on for the time being.
    """
    certificate = db.get(StaffCertificate, session.certificate_id)
    refusal = refused(certificate, now) if certificate else Revoked()
    if refusal is None or isinstance(refusal, RevocationUnknown):
        due = now + (sessions.RECHECK_SOON if refusal else sessions.RECHECK)
        staff_sessions.recheck_from(db, session, due)
        return True
    if isinstance(refusal, Revoked) and certificate:
        db.delete(certificate)
    staff_sessions.end_all(db, now, session.staff, f"certificate-{refusal.code}")
    events.record(db, now, "staff-refused", reason=refusal.code)
    return False


def refused(certificate: StaffCertificate, now: datetime) -> Refusal | None:
    """What there is against a certificate."""
    try:
        encoded = base64.b64decode(str(certificate.encoded))
        chain.check_again(encoded, certificate.issuer, current_app.extensions["trust"], now)
    except Refusal as refusal:
        return refusal
    return None
