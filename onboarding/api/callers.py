"""Who calls: a service by its own proof, or by the access token that a citizen's sign-in has given it.

A proof stands in the header `Authorization` and nowhere else: addresses end in logs, and a GET has no body. An
assertion is used up in a transaction of its own, because a request that is refused later must not give it back; so
is every proof read, before the request's own transaction takes any lock.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import current_app, request

from onboarding.accounts import clients, tokens
from onboarding.accounts.client_authentication import by_secret, by_signature
from onboarding.accounts.clients import Client
from onboarding.accounts.tokens import ACCESS, Shown
from onboarding.api.description import Security
from onboarding.web.problems import NO_CLIENT, NO_TOKEN, Problem
from onboarding.web.requests import note_refusal, now
from onboarding.work import apart


@dataclass(frozen=True)
class Caller:
    """One kind of caller. `prove` gives what the view gets; it raises Problem where nothing is proven."""

    security: Security
    prove: Callable[[], Any]
    client_id: Callable[[Any], UUID]


def proof() -> tuple[str, str]:
    """Kind and text of the proof that came."""
    kind, _, text = request.headers.get("Authorization", "").partition(" ")
    return kind.lower(), text


def service() -> Client:
    """The service that this request proves to be (P44)."""
    kind, text = proof()
    signed = kind == "bearer"
    with apart(write=signed) as db:
        if signed:
            client, proven = by_signature(db, now(), current_app.extensions["settings"], text)
        else:
            client, proven = by_secret(db, request.headers.get("Authorization", ""))
    if client is None or not proven:
        note_refusal("client", client.id if client else None)
        raise Problem(NO_CLIENT, headers={"WWW-Authenticate": 'Basic realm="client", Bearer'})
    if not clients.used_just_now(client, now()):
        with apart() as db:
            clients.note_use(db, now(), client)
    return client


def citizen() -> Shown:
    """The open access token that came (RFC 6750, 2.1); one in the address makes the whole request worthless."""
    kind, text = proof()
    with apart(write=False) as db:
        found = tokens.find(db, text, ACCESS) if kind == "bearer" else None
    if found is None or not found.is_open(now()) or "access_token" in request.args:
        raise Problem(NO_TOKEN, headers={"WWW-Authenticate": 'Bearer error="invalid_token"'})
    return found


SERVICE = Caller([{"secret": []}, {"assertion": []}], service, lambda client: client.id)
CITIZEN = Caller([{"access_token": []}], citizen, lambda token: token.grant.client_id)
