"""Events that a service takes by itself: the feed of what it is told (RFC 8936)."""

from typing import Annotated
from uuid import UUID

from flask import current_app
from msgspec import Meta, Struct, field

from onboarding.accounts import signal_tokens, signals
from onboarding.accounts.clients import Client
from onboarding.api.callers import SERVICE
from onboarding.api.operations import operation
from onboarding.web.requests import now
from onboarding.work import current_session

MOST = 100  # events in one answer
Jti = Annotated[str, Meta(pattern="^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$")]
Word = Annotated[str, Meta(pattern="^[!-~]{1,40}$")]


class SetError(Struct):
    """Why a service cannot use an event: a word as in RFC 8935, section 2.4, and a sentence, which is not kept."""

    err: Word
    description: str = ""


class Poll(Struct, rename="camel"):
    """What a service has taken since the last time, and how much it wants now (RFC 8936, section 2.2).

    `ack` names the events that it has, `setErrs` those that it cannot use, by their `jti`. The answer comes at
    once, whatever `returnImmediately` says. With `maxEvents` 0 no event is sent.
    """

    max_events: int = MOST
    return_immediately: bool = False
    ack: list[Jti] = field(default_factory=list)
    set_errs: dict[Jti, SetError] = field(default_factory=dict)


class Events(Struct, rename="camel"):
    """Signed events by their `jti`, oldest first, and whether there are more (RFC 8936, section 2.3)."""

    sets: dict[str, str]
    more_available: bool


@operation(SERVICE, sends=Poll, gives=Events)
def events(client: Client, sent: Poll) -> Events:
    """Take the events of citizens who have agreed to the service, and say which came.

    Each is sent again until it is named in `ack` or `setErrs`, for seven days.
    """
    db, issuer = current_session(), current_app.extensions["settings"].public_url
    signals.take(db, now(), client, [UUID(jti) for jti in sent.ack])
    for jti, said in sent.set_errs.items():
        signals.refuse(db, client, UUID(jti), said.err)
    most = max(0, min(sent.max_events, MOST))
    found = signals.to_poll(db, client, most + 1)
    sets = {str(one.id): signal_tokens.token(db, now(), issuer, one) for one in found[:most]}
    return Events(sets, len(found) > most)
