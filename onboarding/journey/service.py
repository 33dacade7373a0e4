"""The service whose request led somebody into the wizard: named on every page, and where the way ends."""

from onboarding.accounts import authorizations
from onboarding.journey.visit import Visit
from onboarding.web.cookie import read_cookie
from onboarding.web.headers import allow_forms_to
from onboarding.web.requests import origin_of


def name(visit: Visit) -> str | None:
    """The name of the service that waits; the last form may then lead to its address."""
    waiting = authorizations.waiting(visit.db, visit.now, read_cookie(authorizations.COOKIE))
    if waiting is None:
        return None
    allow_forms_to(origin_of(waiting.asked.redirect_uri))
    return waiting.client.name


def way_back() -> str | None:
    """Where a service's request is answered, if this browser brought one."""
    return "oidc.consent" if read_cookie(authorizations.COOKIE) else None
