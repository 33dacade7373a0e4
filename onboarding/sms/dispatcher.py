"""The dispatcher: takes messages from the outbox and hands them to the first gateway that takes them."""

import logging
from collections import deque
from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import suppress
from datetime import datetime
from functools import partial
from threading import Event

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from onboarding import turns
from onboarding.clock import Clock
from onboarding.config import Settings
from onboarding.db import Database
from onboarding.errors import SettingsError
from onboarding.sms import claims, reports
from onboarding.sms.breakers import Ways
from onboarding.sms.claims import Claim
from onboarding.sms.gateway import Gateway, GatewayBusy, GatewayRefused, Listens, OutcomeUnknown
from onboarding.sms.gateways import GATEWAYS
from onboarding.sms.reports import Report

BATCH = 10  # messages in one claim, at least: few, so that several dispatchers share them
IDLE = 0.2  # seconds until the next look, where there was nothing to do

log = logging.getLogger(__name__)

Outcome = GatewayRefused | OutcomeUnknown | str | None  # none, or the gateway's id of it: the gateway has it
Note = Callable[[Session], None]  # writes down what became of one message


class Dispatcher:
    """Sends what was promised: each message once, however many dispatchers run.

    A message is claimed in a transaction of its own and sent outside of any, up to `lines` of them at once; what
    became of those that are over is written down together. Where a gateway surely did not take a message, the
    next one is asked. Where a gateway may have it, no other ever is: one that tells repeats gets the same text
    again with the same reference, else the message ends as `unknown`. After a crash the claim lapses and another
    dispatcher sends it. Where the crash falls between the gateway's acceptance and our note of it, nobody can
    know: the same text goes out again by the same gateway, with the same id as its reference.
    """

    def __init__(self, database: Database, clock: Clock, *gateways: Gateway, lines: int = 1) -> None:
        self._database = database
        self._clock = clock
        self._ways = Ways(gateways)
        self._listening = [gateway for gateway in gateways if isinstance(gateway, Listens)]
        self._lines = lines
        self._threads = ThreadPoolExecutor(lines, "messages")
        self._claims: deque[Claim] = deque()  # taken, and not yet under way
        self._under_way: set[Future[Note]] = set()
        self._notes: list[Note] = []  # not yet written down

    def run(self, stop: Event) -> None:
        """Send until `stop` is set, whatever the database does meanwhile."""
        for gateway in self._listening:
            gateway.listen(partial(self._hear, gateway.name))
        turns.take(stop, self._turn, IDLE, "text messages")
        with self._threads, suppress(SQLAlchemyError):
            self._finish()
        for gateway in self._listening:
            gateway.hang_up()

    def run_once(self) -> int:
        """Take one batch and try each of its messages once; returns how many were taken."""
        taken = self._take()
        self._finish()
        return taken

    def _turn(self) -> bool:
        """Go on with what is under way, and take more where there is room; returns whether there was anything."""
        self._write()  # what the database had no ear for the last time
        if len(self._claims) <= self._lines // 2:
            self._take()
        busy = bool(self._claims or self._under_way)
        self._go_on()
        return busy

    def _finish(self) -> None:
        """Bring to an end what was taken."""
        while self._claims or self._under_way:
            self._go_on()

    def _take(self) -> int:
        """Take a batch of messages that are due; returns how many."""
        with self._database.transaction(write=False) as db:
            if not claims.anything(db, self._clock.now()):
                return 0
        with self._database.transaction() as db:
            now = self._clock.now()
            usable = self._ways.usable(now)
            if not usable:
                claims.drop_dead(db, now)
                return 0
            taken = claims.claim(db, now, max(BATCH, self._lines), usable[0].name)
        self._claims.extend(taken)
        self._fill()
        return len(taken)

    def _fill(self) -> None:
        """Put what was taken under way, as far as there are lines."""
        while self._claims and len(self._under_way) < self._lines:
            self._under_way.add(self._threads.submit(self._deliver, self._claims.popleft()))

    def _go_on(self) -> None:
        """Wait a moment for one that is over, put others in their place, and write down what became of them."""
        over, self._under_way = wait(self._under_way, IDLE, FIRST_COMPLETED)
        self._notes += [sent.result() for sent in over]
        self._fill()
        self._write()

    def _write(self) -> None:
        """Write down what became of messages, all at once; where that fails it is kept for the next time."""
        if self._notes:
            with self._database.transaction() as db:
                for note in self._notes:
                    note(db)
            self._notes.clear()

    def _hear(self, gateway: str, report: Report) -> bool:
        """Note what a gateway reports; whether it was about a message that is known, and noted."""
        try:
            with self._database.transaction(write=False) as db:
                message_id = reports.message_of(db, gateway, report.reference)
            if message_id is not None:
                with self._database.transaction() as db:
                    reports.record(db, self._clock.now(), gateway, message_id, report)
        except SQLAlchemyError as error:
            log.warning("a report of %s waits for the database (%s)", gateway, type(error).__name__)
            return False
        return message_id is not None

    def _deliver(self, claim: Claim) -> Note:
        """Ask one gateway after another, until one makes it clear what becomes of the message."""
        reason = "no gateway"
        for gateway in self._ways.usable(self._clock.now(), claim.held_by):
            now = self._clock.now()
            if claim.lapses(now):
                return partial(claims.give_back, now=now, claim=claim)
            if not self._ways.admits(now, gateway):
                continue
            try:
                outcome = self._ask(gateway, claim)
            except SQLAlchemyError:
                reason = "no database"
                break
            if not isinstance(outcome, GatewayRefused) or outcome.final:
                over = self._clock.now()
                return partial(settle, now=over, claim=claim, gateway=gateway, outcome=outcome)
            reason = outcome.reason
        return partial(claims.postpone, now=self._clock.now(), claim=claim, held_by=claim.held_by, reason=reason)

    def _ask(self, gateway: Gateway, claim: Claim) -> Outcome:
        """Hand the message to one gateway, having noted which."""
        if gateway.name != claim.noted:
            with self._database.transaction() as db:
                claims.note_gateway(db, claim, gateway.name)
        outcome = send(gateway, claim)
        self._ways.note(self._clock.now(), gateway, works=works(outcome))
        if isinstance(outcome, GatewayRefused | OutcomeUnknown):
            log.warning("%s did not take message %s: %s", gateway.name, claim.id, outcome.reason)
        return outcome


def send(gateway: Gateway, claim: Claim) -> Outcome:
    """Hand a message over; whatever goes wrong comes back as an outcome."""
    try:
        return gateway.send(claim.id, claim.to, claim.text)
    except (GatewayRefused, OutcomeUnknown) as outcome:
        return outcome
    except Exception as error:  # noqa: BLE001 - one gateway's mistake must not stop everybody's messages
        return OutcomeUnknown(type(error).__name__)


def works(outcome: Outcome) -> bool:
    """Whether an outcome says that the gateway itself is well."""
    if isinstance(outcome, GatewayRefused):
        return outcome.final or isinstance(outcome, GatewayBusy)
    return not isinstance(outcome, OutcomeUnknown)


def settle(db: Session, now: datetime, claim: Claim, gateway: Gateway, outcome: Outcome) -> None:
    """Write down what one gateway made clear."""
    if isinstance(outcome, GatewayRefused):
        claims.mark_failed(db, claim, gateway.name, outcome.reason)
    elif not isinstance(outcome, OutcomeUnknown):
        claims.mark_sent(db, now, claim, gateway.name, outcome)
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
