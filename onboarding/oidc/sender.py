"""The sender: pushes signals to services, each service in its own time.

Logout tokens by OpenID Connect Back-Channel Logout 1.0 (2.5, 2.8), events by RFC 8935.
"""

import logging
from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import suppress
from functools import partial
from threading import Event
from urllib.parse import urlencode
from uuid import UUID

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from onboarding import turns
from onboarding.accounts import signal_claims
from onboarding.accounts.signal_claims import PUSH_TIME, Claim
from onboarding.clock import Clock
from onboarding.config import Settings
from onboarding.db import Database
from onboarding.signatures import fetcher
from onboarding.signatures.fetcher import Unreachable
from onboarding.signatures.issuers.sources import Limit

LINES = 8  # services that are pushed to at once
IDLE = 0.5  # seconds until the next look, where there was nothing to do
LIMIT = Limit(seconds=PUSH_TIME.total_seconds(), size=16 * 1024)
NO_ANSWER = 0
AWAY = (NO_ANSWER, 429, 502, 503, 504)  # answers for a service, whatever it would say to this signal or that one
FORM, SET = "application/x-www-form-urlencoded", "application/secevent+jwt"

log = logging.getLogger(__name__)

Note = Callable[[Session], object]  # writes down what became of signals


class Sender:
    """Pushes what services are to be told: each signal until its service has taken it, however many senders run.

    Signals are claimed in a transaction of their own and pushed outside of any; one claim has signals of one
    service, and a service has one line at most, so that one which is dead or slow keeps no other waiting. After a
    crash the claim lapses, and the same signal goes out again with the same `jti`.
    """

    def __init__(self, database: Database, clock: Clock, settings: Settings, lines: int = LINES) -> None:
        self._database = database
        self._clock = clock
        self._settings = settings
        self._lines = lines
        self._stop = Event()
        self._threads = ThreadPoolExecutor(lines, "signals")
        self._under_way: dict[Future[list[Note]], UUID] = {}

    def run(self, stop: Event) -> None:
        """Push until `stop` is set, whatever the database does meanwhile."""
        self._stop = stop
        turns.take(stop, self._turn, IDLE, "signals")
        with self._threads, suppress(SQLAlchemyError):
            while self._write():
                pass

    def run_once(self) -> None:
        """Push until nothing is due."""
        while self._turn():
            pass

    def _turn(self) -> bool:
        """Go on with what is under way, and take more where there is room; returns whether there was anything."""
        while len(self._under_way) < self._lines and (claims := self._take()):
            self._under_way[self._threads.submit(self._push_all, claims)] = claims[0].client_id
        return self._write()

    def _write(self) -> bool:
        """Wait a moment for pushes that are over, and write down what became of them; whether there were any."""
        if not self._under_way:
            return False
        over, _ = wait(self._under_way, IDLE, FIRST_COMPLETED)
        for pushed in over:
            del self._under_way[pushed]  # where the note cannot be written now, the claim lapses
            with self._database.transaction() as db:
                for note in pushed.result():
                    note(db)
        return True

    def _take(self) -> list[Claim]:
        """Take what is due for one service that has no line."""
        busy = set(self._under_way.values())
        with self._database.transaction(write=False) as db:
            if not signal_claims.anything(db, self._clock.now(), busy):
                return []
        with self._database.transaction() as db:
            return signal_claims.claim(db, self._clock.now(), self._settings.public_url, busy)

    def _push_all(self, claims: list[Claim]) -> list[Note]:
        """Push to one service, and stop where it is away: it is tried again later, with all the rest."""
        notes: list[Note] = []
        for tried, claim in enumerate(claims, start=1):
            now = self._clock.now()
            if claim.lapses(now) or self._stop.is_set():
                return [*notes, partial(signal_claims.give_back, claims=claims[tried - 1 :], until=now)]
            status = push(claim, private=self._settings.sandbox)
            if status in AWAY:
                return [*notes, partial(self._wait_for, claims=claims[tried - 1 :], status=status)]
            notes.append(partial(self._settle, claim=claim, status=status))
        return notes

    def _settle(self, db: Session, claim: Claim, status: int) -> None:
        """Write down what a service said."""
        now = self._clock.now()
        if 200 <= status < 300:
            signal_claims.mark_delivered(db, now, claim)
        elif status == 400:
            signal_claims.mark_refused(db, claim, str(status))
        else:
            signal_claims.postpone(db, now, claim, str(status))

    def _wait_for(self, db: Session, claims: list[Claim], status: int) -> None:
        """Write down that a service was away when the first of these was pushed."""
        again = signal_claims.put_off(db, self._clock.now(), claims, str(status or "no answer"))
        log.warning("service %s does not answer; the next try is at %s", claims[0].client_id, again.isoformat())


def push(claim: Claim, *, private: bool) -> int:
    """Post a token to where the service has registered; returns the status, NO_ANSWER where there is none."""
    body = urlencode({"logout_token": claim.token}) if claim.logout else claim.token
    headers = {"Content-Type": FORM if claim.logout else SET, "Accept": "application/json"}
    try:
        return fetcher.ask(claim.address, LIMIT, body.encode(), headers, private=private).status
    except Unreachable:
        return NO_ANSWER
