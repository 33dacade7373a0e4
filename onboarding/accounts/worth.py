"""What a sign-in was worth, and whether that is enough for what a service asks for (rule R39, RFC 8176)."""

from datetime import datetime, timedelta

from onboarding.accounts.authorizations import Asked
from onboarding.accounts.sign_ins import SignIn

# From weaker to stronger. Neither may claim to resist phishing: an SMS can be relayed, and so can a challenge
# that the page hands to the signing program.
ACRS = ("phone", "signature")
AMR = {"phone": ["otp", "sms"], "signature": ["pop"]}


READING = timedelta(minutes=5)  # a sign-in for this very request may be so old, however young a service wants it


def acr(how: str) -> str:
    """How strongly somebody proved who they are who has signed in so."""
    return "signature" if how == "usb" else "phone"


def lacking(now: datetime, asked: Asked, asked_at: datetime, sign_in: SignIn | None) -> str | None:
    """The error that says what a sign-in lacks for this request; None where it is enough.

    A sign-in that came after the request is as fresh as any can be, for as long as reading the consent may take;
    `unmet_authentication_requirements` then says
    that the stronger way was offered and another one was walked (OpenID Connect Core, 3.1.2.6).
    """
    if sign_in is None:
        return "login_required"
    fresh = sign_in.started_at > asked_at
    if asked.again and not fresh:
        return "login_required"
    oldest = timedelta(seconds=asked.max_age) if asked.max_age is not None else timedelta.max
    if now - sign_in.started_at > (max(oldest, READING) if fresh else oldest):
        return "login_required"
    if asked.acr and ACRS.index(acr(sign_in.how)) < ACRS.index(asked.acr):
        return "unmet_authentication_requirements" if fresh else "login_required"
    return None
