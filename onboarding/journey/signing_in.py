"""Signing somebody in who has just proven who they are: a new token, a sign-in, a known browser."""

from flask import Response, after_this_request, request
from flask_login import login_user

from onboarding.accounts import browsers, certificates, events, sessions
from onboarding.accounts.certificates import Certificate, Linking, Presented
from onboarding.accounts.people import Account
from onboarding.journey import notices
from onboarding.journey.visit import Visit
from onboarding.web.cookie import read_cookie, set_cookie
from onboarding.web.device import device_name

DAY = 86_400


def link(visit: Visit, account: Account, presented: Presented) -> Linking:
    """Link a certificate whose issuer stands by it at this moment, and tell what came of it."""
    linking = certificates.link(visit.db, visit.now, account, presented)
    if linking.certificate is None:
        whose = {"account": account.id, "journey": visit.journey_id}
        events.record(visit.db, visit.now, "certificate-not-linked", **whose, reason=linking.kind)
    if linking.rival is not None:
        notices.identity_disputed(visit, linking.rival)
    return linking


def sign_in(visit: Visit, account: Account, how: str, linked: Certificate | None = None) -> None:
    """Sign the account in; `how` is `phone`, `usb` with its certificate, or `registration`."""
    assert visit.journey is not None
    if read_cookie("browser") is not None:  # else nobody was ever signed in here
        sessions.leave_behind(visit.db, visit.now, visit.settings, visit.came_with, account)
    token = visit.renew()
    device = device_name(request.user_agent.string)
    certificate_id = linked.id if linked else None
    login_user(sessions.start(visit.db, visit.now, visit.settings, account, token, how, device, certificate_id))
    visit.journey.account_id = account.id
    known = browsers.remember(visit.db, visit.now, visit.settings, account.id)

    @after_this_request
    def keep(response: Response) -> Response:
        if response.status_code < 400:  # else all was rolled back, and the browser keeps the cookie that it has
            set_cookie(response, "browser", known, visit.settings.browser_days * DAY)
        return response
