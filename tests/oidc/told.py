"""Services that are told things on loopback, and what came there."""

from typing import Any

from joserfc import jwt
from joserfc.jwk import KeySet

from onboarding.accounts import consents, signing_keys
from onboarding.accounts.clients import Client
from onboarding.accounts.signals import ENABLED
from tests.accounts.agreed import Town
from tests.machine.web_service import WebService


def told_at(web: WebService, **changes: Any) -> dict[str, Any]:
    """The addresses of a service that listens there."""
    at = f"http://127.0.0.1:{web.port}"
    return {"events_uri": f"{at}/events", "logout_uri": None} | changes


def tell(town: Town, service: Client, *kinds: str) -> None:
    """Somebody who has agreed to the service, and these things happen to them, a second after another."""
    account = town.citizen()
    town.sign_in(account, service)
    for kind in kinds or [ENABLED]:
        with town.database.transaction() as db:
            consents.tell(db, town.clock.now(), account.id, kind)
        town.clock.advance(seconds=1)


def read(town: Town, web: WebService) -> list[tuple[dict[str, Any], dict[str, Any]]]:
    """Header and claims of all events that came, their signatures checked."""
    with town.database.transaction(write=False) as db:
        keys = KeySet.import_key_set({"keys": [key.public() for key in signing_keys.published(db)]})
    found = [jwt.decode(asked.body, keys, ["ES256"]) for asked in web.asked]
    return [(dict(one.header), one.claims) for one in found]


def states(town: Town, service: Client) -> list[tuple[str, str | None, int]]:
    """State, reason and tries of all that a service is told, oldest first."""
    return [(one.state, one.reason, one.attempts) for one in town.all_told(service)]
