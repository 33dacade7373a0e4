"""The accounts of citizens, as a service may know them that they have signed in to."""

import re

from msgspec import UNSET, Struct, UnsetType

from onboarding.accounts import consents, events, grants, worth
from onboarding.accounts.clients import Client
from onboarding.accounts.consents import Consent
from onboarding.accounts.grants import Standing
from onboarding.accounts.jose import seconds
from onboarding.accounts.people import Account
from onboarding.accounts.subjects import subject
from onboarding.accounts.tokens import Shown
from onboarding.api.callers import CITIZEN, SERVICE
from onboarding.api.operations import operation
from onboarding.web.problems import NO_ACCOUNT, Problem
from onboarding.web.requests import now
from onboarding.work import current_session

SUB = re.compile(r"[0-9a-f]{64}")


class SignIn(Struct):
    """A citizen's open sign-in to the service, in the words of the ID token; times in seconds since 1970."""

    auth_time: int
    acr: str
    amr: list[str]
    ends_at: int


class AccountStatus(Struct):
    """What a service may know of an account; `scopes` say which members there are. Times in seconds since 1970.

    `state` is `active`, `suspended`, `closed` or `merged`. `sign_in` is null where none is open. With `phone`:
    when the number was confirmed. With `national_id`: false as long as the id is the citizen's own word.
    """

    sub: str
    state: str
    scopes: list[str]
    sign_in: SignIn | None
    phone_number_confirmed_at: int | UnsetType | None = UNSET
    national_id_confirmed: bool | UnsetType = UNSET


class SignedOut(Struct):
    """How many sign-ins to the service this has ended."""

    ended: int


@operation(CITIZEN, gives=AccountStatus)
def account(token: Shown) -> AccountStatus:
    """Read the account whose citizen's access token this is."""
    db, grant = current_session(), token.grant
    known_as = subject(db, grant.sector, grant.account_id)
    return status(known_as, db.get_one(Account, grant.account_id), token.allowed, grant)


@operation(SERVICE, gives=AccountStatus, sub="Whom the service knows the citizen as.")
def account_of(client: Client, sub: str) -> AccountStatus:
    """Read the account of a citizen who lets the service know of them.

    Whoever does not, or has withdrawn that, is as unknown as somebody who does not exist.
    """
    consent = consent_of(client, sub)
    grant = grants.newest(current_session(), now(), consent.account_id, client.id)
    return status(sub, consent.account, [scope for scope in consent.scopes if scope in client.scopes], grant)


@operation(SERVICE, gives=SignedOut, sub="Whom the service knows the citizen as.")
def sign_out(client: Client, sub: str) -> SignedOut:
    """End a citizen's sign-ins to the service: codes and tokens are dead at once.

    The citizen stays signed in at the portal. Doing it again ends nothing more.
    """
    db, consent = current_session(), consent_of(client, sub)
    ended = grants.end_all(db, now(), consent.account_id, client.id)
    if ended:
        events.record(
            db, now(), "grant-ended", account=consent.account_id, client=str(client.id), reason="by-client"
        )
    return SignedOut(ended)


def consent_of(client: Client, sub: str) -> Consent:
    """The consent by which a service may know of a citizen. Raises Problem where there is none."""
    db = current_session()
    consent = consents.of_subject(db, client.id, sub) if SUB.fullmatch(sub) else None
    if consent is None:
        raise Problem(NO_ACCOUNT)
    return consent


def status(sub: str, account: Account, scopes: list[str], grant: Standing | None) -> AccountStatus:
    """What these scopes let a service know."""
    told = AccountStatus(sub, account.state, sorted(scopes), sign_in_of(grant) if grant else None)
    if "phone" in scopes:
        told.phone_number_confirmed_at = seconds(account.numbers[0].confirmed_at) if account.numbers else None
    if "national_id" in scopes:
        told.national_id_confirmed = account.confirmed_id
    return told


def sign_in_of(grant: Standing) -> SignIn:
    """What an open grant rests on."""
    acr = worth.acr(grant.how)
    return SignIn(seconds(grant.started_at), acr, worth.AMR[acr], seconds(grant.ends_at))
