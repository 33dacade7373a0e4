"""A POST that comes twice is done once, where its service has given it an idempotency key.

draft-ietf-httpapi-idempotency-key-header-07: the same key with another request is 422, while the first still runs
409, afterwards the stored answer comes again. Work that ends in a problem was rolled back and may be tried again.
"""

import hashlib
import re
from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from flask import request

from onboarding.accounts import idempotency
from onboarding.accounts.idempotency import Taken
from onboarding.web.problems import BAD_KEY, OTHER_REQUEST, RUNNING, Problem
from onboarding.work import apart, current_session, end_work

KEY = re.compile(r'"[!#-\[\]-~]{1,64}"')  # a string of RFC 9651 without its two escapes and the blank
SOON = {"Retry-After": "1"}


def once(now: datetime, client_id: UUID, work: Callable[[], str]) -> str:
    """The answer of this request's work, which is done unless it was done before."""
    key = request.headers.get("Idempotency-Key")
    if key is None:
        return work()
    if not KEY.fullmatch(key):
        raise Problem(BAD_KEY)
    with apart() as db:
        taken = idempotency.take(db, now, client_id, key, fingerprint())
    if taken.answer is not None:
        return taken.answer
    if taken.verdict != "first":
        raise Problem(OTHER_REQUEST) if taken.verdict == "other" else Problem(RUNNING, headers=SOON)
    try:
        return kept(taken, work())
    except Exception:
        end_work()
        with apart() as db:
            idempotency.release(db, taken)
        raise


def kept(taken: Taken, answer: str) -> str:
    """The answer, kept for the next time. Raises Problem where somebody else works on the request by now."""
    if not idempotency.finish(current_session(), taken, answer):
        raise Problem(RUNNING, headers=SOON)
    return answer


def fingerprint() -> bytes:
    """What makes this request another one than those with other content."""
    whole = f"{request.method} {request.full_path}\n".encode() + request.get_data()
    return hashlib.sha256(whole).digest()
