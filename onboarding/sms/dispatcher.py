"""The dispatcher: takes messages from the outbox and hands them to the first gateway that takes them."""

import logging
from datetime import datetime
from threading import Event

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from onboarding.clock import Clock
from onboarding.config import Settings
from onboarding.db import Database
from onboarding.errors import SettingsError
from onboarding.sms import claims
from onboarding.sms.breakers import Ways
from onboarding.sms.claims import Claim
from onboarding.sms.gateway import Gateway, GatewayRefused, OutcomeUnknown
from onboarding.sms.gateways import GATEWAYS

BATCH = 10  # messages in one claim: few, so that several dispatchers share them
DEAD_BATCH = 1000
IDLE = 0.2  # seconds until the next look, where there was nothing to do
LONGEST_PAUSE = 10.0  # seconds until the next try, where the database does not answer

log = logging.getLogger(__name__)

Outcome = GatewayRefused | OutcomeUnknown | None  # none: the gateway has it


class Dispatcher:
    """Sends what was promised: each message once, however many dispatchers run.

    A message is claimed in a transaction of its own and sent outside of any. Where a gateway surely did not
    take it, the next one is asked. Where a gateway may have it, no other ever is: one that tells repeats gets
    the same text again with the same reference, else the message ends as `unknown`. After a crash the claim
    lapses and another dispatcher sends it. Where the crash falls between the gateway's acceptance and our note
    of it, nobody can know: the same text goes out again by the same gateway, with the same id as its reference.
    """

    def __init__(self, database: Database, clock: Clock, *gateways: Gateway) -> None:
        self._database = database
        self._clock = clock
        self._ways = Ways(gateways)

    def run(self, stop: Event) -> None:
        """Send until `stop` is set, whatever the database does meanwhile."""
        pause = IDLE
        while not stop.is_set():
            try:
                taken = self.run_once()
            except SQLAlchemyError as error:
                pause = min(pause * 2, LONGEST_PAUSE)
                log.warning("text messages wait for the database (%s), %.1f s", type(error).__name__, pause)
                stop.wait(pause)
            else:
                pause = IDLE
                stop.wait(0 if taken else IDLE)

    def run_once(self) -> int:
        """Take one batch and try each of its messages once; returns how many were taken."""
        with self._database.transaction() as db:
            now = self._clock.now()
            claims.drop_dead(db, now, DEAD_BATCH)
            usable = self._ways.usable(now)
            taken = claims.claim(db, now, BATCH, usable[0].name) if usable else []
        for claim in taken:
            self._deliver(claim)
        return len(taken)

    def _deliver(self, claim: Claim) -> None:
        """Ask one gateway after another, until one makes it clear what becomes of the message."""
        reason = "no gateway"
        for gateway in self._ways.usable(self._clock.now(), claim.held_by):
            if claim.lapses(self._clock.now()):
                with self._database.transaction() as db:
                    claims.give_back(db, self._clock.now(), claim)
                return
            outcome = self._ask(gateway, claim)
            if not isinstance(outcome, GatewayRefused) or outcome.final:
                with self._database.transaction() as db:
                    settle(db, self._clock.now(), claim, gateway, outcome)
                return
            reason = outcome.reason
        with self._database.transaction() as db:
            claims.postpone(db, self._clock.now(), claim, claim.held_by, reason)

    def _ask(self, gateway: Gateway, claim: Claim) -> Outcome:
        """Hand the message to one gateway, having noted which."""
        if gateway.name != claim.noted:
            with self._database.transaction() as db:
                claims.note_gateway(db, claim, gateway.name)
        outcome = send(gateway, claim)
        works = outcome is None or (isinstance(outcome, GatewayRefused) and outcome.final)
        self._ways.note(self._clock.now(), gateway, works=works)
        if outcome is not None:
            log.warning("%s did not take message %s: %s", gateway.name, claim.id, outcome.reason)
        return outcome


def send(gateway: Gateway, claim: Claim) -> Outcome:
    """Hand a message over; whatever goes wrong comes back as an outcome."""
    try:
        gateway.send(claim.id, claim.to, claim.text)
    except (GatewayRefused, OutcomeUnknown) as outcome:
        return outcome
    except Exception as error:  # noqa: BLE001 - one gateway's mistake must not stop everybody's messages
        return OutcomeUnknown(type(error).__name__)
    return None


def settle(db: Session, now: datetime, claim: Claim, gateway: Gateway, outcome: Outcome) -> None:
    """Write down what one gateway made clear."""
    if outcome is None:
        claims.mark_sent(db, now, claim, gateway.name)
    elif isinstance(outcome, GatewayRefused):
        claims.mark_failed(db, claim, gateway.name, outcome.reason)
    elif gateway.tells_repeats:
        claims.postpone(db, now, claim, gateway.name, outcome.reason)
    else:
        claims.mark_unknown(db, claim, gateway.name, outcome.reason)


def chosen_gateways(settings: Settings) -> list[Gateway]:
    """The gateways that the settings name, first choice first; a sandbox that names none has its own.

    Raises:
        SettingsError: for a name that is not known, and for a gateway that lacks a setting.
    """
    named = settings.sms_gateway or ("sandbox" if settings.sandbox else "")
    names = list(dict.fromkeys(name.strip() for name in named.split(",")))
    if unknown := [name for name in names if name not in GATEWAYS]:
        known = ", ".join(sorted(GATEWAYS))
        raise SettingsError([f"ONBOARDING_SMS_GATEWAY={unknown[0]} is not known; there are: {known}."])
    return [GATEWAYS[name](settings) for name in names]
