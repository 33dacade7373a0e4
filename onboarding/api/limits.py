"""How often: each service has its own limits, and every answer says what is left of them.

The headers are those of draft-ietf-httpapi-ratelimit-headers-09. What changes something is counted in the
database, exactly. A GET writes nothing: each worker counts those that it answers, and the limit is each worker's.
"""

import math
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from flask import Response, after_this_request, current_app, request

from onboarding.accounts import counters, limits
from onboarding.accounts.limits import MINUTE, Limit
from onboarding.web.problems import TOO_MANY, Problem
from onboarding.work import apart


def spend(now: datetime, client_id: UUID) -> None:
    """Count this request against the service's limit and have the answer tell. Raises Problem where it is full."""
    settings = current_app.extensions["settings"]
    if request.method == "POST":
        with apart() as db:
            limit = Limit("writes", counters.each(db, "api", str(client_id)), settings.api_writes, MINUTE)
            free = limits.spend(db, now, [limit]) is None
            hits = limit.recent(now, counters.read(db, [limit.key])[limit.key].hits)
    else:
        limit = Limit("reads", f"reads {client_id}", settings.api_reads, MINUTE)
        free, hits = current_app.extensions["hits"].spend(now, limit)
    more = wait(now, limit, hits)
    left = f'"{limit.name}";r={max(0, limit.most - len(hits))};t={more}'
    policy = f'"{limit.name}";q={limit.most};w={limit.seconds}'

    @after_this_request
    def tell(response: Response) -> Response:
        response.headers["RateLimit-Policy"], response.headers["RateLimit"] = policy, left
        return response

    if not free:
        raise Problem(TOO_MANY, headers={"Retry-After": str(more)})


def wait(now: datetime, limit: Limit, hits: Sequence[float]) -> int:
    """Seconds until the oldest of these hits no longer counts."""
    return max(1, math.ceil(min(hits) + limit.seconds - now.timestamp()))
