"""The dispatcher: takes messages from the outbox and hands them to the gateway."""

import logging
from threading import Event

from sqlalchemy.exc import SQLAlchemyError

from onboarding.clock import Clock
from onboarding.config import Settings
from onboarding.db import Database
from onboarding.errors import SettingsError
from onboarding.sms import claims
from onboarding.sms.gateway import Gateway, GatewayRefused
from onboarding.sms.gateways import GATEWAYS

BATCH = 10  # messages in one claim: few, so that several dispatchers share them
DEAD_BATCH = 1000
IDLE = 0.2  # seconds until the next look, where there was nothing to do
LONGEST_PAUSE = 10.0  # seconds until the next try, where the database does not answer

log = logging.getLogger(__name__)


class Dispatcher:
    """Sends what was promised: each message once, however many dispatchers run.

    A message is claimed in a transaction of its own and sent outside of any. After a crash the claim lapses
    and another dispatcher sends it. Where the crash falls between the gateway's acceptance and our note of
    it, nobody can know: the same text goes out again, with the same id as its reference.
    """

    def __init__(self, database: Database, clock: Clock, gateway: Gateway) -> None:
        self._database = database
        self._clock = clock
        self._gateway = gateway

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
            taken = claims.claim(db, now, BATCH)
        for claim in taken:
            if not claim.lapses(self._clock.now()):
                self._deliver(claim)
        return len(taken)

    def _deliver(self, claim: claims.Claim) -> None:
        refused = self._send(claim)
        with self._database.transaction() as db:
            now, gateway = self._clock.now(), self._gateway.name
            if refused is None:
                claims.mark_sent(db, now, claim, gateway)
            else:
                log.warning("%s refused message %s: %s", gateway, claim.id, refused.reason)
                claims.mark_refused(db, now, claim, gateway, refused.reason, final=refused.final)

    def _send(self, claim: claims.Claim) -> GatewayRefused | None:
        try:
            self._gateway.send(claim.id, claim.to, claim.text)
        except GatewayRefused as refused:
            return refused
        except Exception as error:  # noqa: BLE001 - one gateway's mistake must not stop everybody's messages
            return GatewayRefused(type(error).__name__, final=False)
        return None


def chosen_gateway(settings: Settings) -> Gateway:
    """The gateway that the settings name; a sandbox that names none has its own. Raises SettingsError."""
    name = settings.sms_gateway or ("sandbox" if settings.sandbox else "")
    if name not in GATEWAYS:
        known = ", ".join(sorted(GATEWAYS))
        raise SettingsError([f"ONBOARDING_SMS_GATEWAY={name} is not known; there are: {known}."])
    return GATEWAYS[name](settings)
