"""Somebody who asks for codes and enters them, as the steps of the wizard do, each time in one transaction."""

from dataclasses import replace
from datetime import date
from uuid import UUID, uuid4

from sqlalchemy import select

from onboarding.accounts import browsers, codes, people
from onboarding.accounts.codes import Flow, Refused, Sent, Verdict
from onboarding.accounts.events import Event
from onboarding.accounts.people import Applicant
from onboarding.config import Settings
from onboarding.db import Database
from tests.clock import MovableClock

NUMBER = "+84901234567"
ADDRESS = "203.0.113.7"


class Desk:
    """Sends and judges codes on a database, at the time of a clock that a test moves."""

    def __init__(self, database: Database, clock: MovableClock, settings: Settings) -> None:
        self.database, self.clock, self.settings = database, clock, settings
        self._sent: set[str] = set()
        self._visitors = 0

    def set(self, **values: object) -> None:
        """Change settings from here on."""
        self.settings = replace(self.settings, **values)  # type: ignore[arg-type]

    def flow(
        self, number: str = NUMBER, *, address: str = "", browser: UUID | None = None, purpose: str = "sign-in"
    ) -> Flow:
        """A new attempt; without `address` it comes from one that was never seen before."""
        return Flow(uuid4(), number, purpose, address or self.address(), browser)

    def address(self) -> str:
        """An address in a network of its own."""
        self._visitors += 1
        return f"10.{self._visitors // 250}.{self._visitors % 250}.1"

    def send(self, flow: Flow) -> Sent | Refused:
        """Ask for a code."""
        with self.database.transaction() as db:
            answer = codes.send(db, self.clock.now(), self.settings, flow)
        if isinstance(answer, Sent):
            self._sent.add(answer.code)
        return answer

    def sent(self, flow: Flow) -> str:
        """The code that was sent, which must work."""
        answer = self.send(flow)
        assert isinstance(answer, Sent), answer
        return answer.code

    def refused(self, flow: Flow) -> str:
        """Why no code was sent, which must be so."""
        answer = self.send(flow)
        assert isinstance(answer, Refused), answer
        assert answer.until >= self.clock.now()
        return answer.reason

    def enter(self, flow: Flow, text: str) -> Verdict:
        """Enter a code."""
        with self.database.transaction() as db:
            return codes.enter(db, self.clock.now(), self.settings, flow, text)

    def guess(self, flow: Flow) -> Verdict:
        """Enter a code that is surely wrong."""
        return self.enter(flow, next(code for n in range(10**6) if (code := f"{n:06d}") not in self._sent))

    def lock(self, number: str = NUMBER, browser: UUID | None = None) -> Verdict:
        """Wrong entries up to the next lock."""
        flow = self.flow(number, browser=browser)
        self.sent(flow)
        return [self.guess(flow) for _ in range(5)][-1]

    def known_browser(self, number: str = NUMBER) -> UUID:
        """A browser in which the number's owner, registered if need be, has signed in."""
        applicant = Applicant("citizen", "Trần Thị Bé", f"093190{number[-6:]}", date(1990, 2, 3))
        with self.database.transaction() as db:
            account = people.register(db, self.clock.now(), applicant, number, "vi", "2026-01").account
            token = browsers.remember(db, self.clock.now(), self.settings, account.id)
            db.flush()
            known = browsers.recognise(db, self.clock.now(), token, number)
        assert known is not None
        return known

    def alarms(self) -> list[tuple[str, int]]:
        """The alarms so far, with their levels."""
        with self.database.transaction(write=False) as db:
            events = db.scalars(select(Event).where(Event.kind == "alarm").order_by(Event.at)).all()
            return sorted((event.facts["name"], event.facts["level"]) for event in events)
