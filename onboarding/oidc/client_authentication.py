"""How a service proves who it is at the endpoints for programs: by its secret, or by an assertion (P44).

RFC 6749, 2.3.1, and RFC 7523. A secret in the body (`client_secret_post`) is not taken: bodies end in logs.
"""

from datetime import datetime

from flask import request

from onboarding.accounts import clients
from onboarding.accounts.client_authentication import by_secret, by_signature
from onboarding.accounts.clients import Client
from onboarding.config import Settings
from onboarding.db import Db
from onboarding.web.requests import note_refusal

ASSERTION = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"


def authenticated(db: Db, now: datetime, settings: Settings) -> Client | None:
    """The client that this request proves to be, or None; a refusal leaves one event."""
    sent = request.form
    by_header, by_assertion = "Authorization" in request.headers, "client_assertion" in sent
    claimed, proven = None, False
    if by_header and not by_assertion:
        claimed, proven = by_secret(db, request.headers["Authorization"])
    elif by_assertion and not by_header and sent.get("client_assertion_type") == ASSERTION:
        claimed, proven = by_signature(db, now, settings, sent["client_assertion"])
    named = sent.get("client_id")
    if claimed is None or not proven or named not in (None, str(claimed.id)) or "client_secret" in sent:
        note_refusal("client", claimed.id if claimed else None)
        return None
    clients.note_use(db, now, claimed)
    return claimed
