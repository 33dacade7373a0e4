"""Signing somebody in who has just proven who they are: a new token, a sign-in, a known browser."""

from datetime import datetime

from flask import Response, after_this_request, request
from flask_login import login_user

from onboarding.accounts import browsers, events, people, sessions
from onboarding.accounts.people import Account
from onboarding.journey.visit import Visit
from onboarding.web.cookie import set_cookie
from onboarding.web.device import device_name

DAY = 86_400


def link(visit: Visit, account: Account, certificate: dict[str, str]) -> bool:
    """Link the certificate that this journey has seen sign; False where its key is another account's."""
    linked = people.link_certificate(
        visit.db,
        visit.now,
        account,
        key_hash=bytes.fromhex(certificate["key_hash"]),
        issuer=certificate["issuer"],
        serial=certificate["serial"],
        subject=certificate["subject"],
        not_after=datetime.fromisoformat(certificate["not_after"]),
    )
    if linked:
        events.record(visit.db, visit.now, "certificate-linked", account=account.id, issuer=certificate["issuer"])
    return linked


def sign_in(visit: Visit, account: Account, how: str) -> None:
    """Sign the account in; `how` is `phone`, `usb` or `registration`."""
    assert visit.journey is not None
    token = visit.renew()
    device = device_name(request.user_agent.string)
    login_user(sessions.start(visit.db, visit.now, visit.settings, account, token, how, device))
    visit.journey.account_id = account.id
    known = browsers.remember(visit.db, visit.now, visit.settings, account.id)

    @after_this_request
    def keep(response: Response) -> Response:
        if response.status_code < 400:  # else all was rolled back, and the browser keeps the cookie that it has
            set_cookie(response, "browser", known, visit.settings.browser_days * DAY)
        return response
