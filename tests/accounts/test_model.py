"""Random flows, sends, entries and steps of the clock, held against a simple model (ASVS 6.6.2, 6.6.3)."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule, run_state_machine_as_test

from onboarding.accounts.codes import Flow, Sent
from tests.accounts.desk import Desk

SECOND = timedelta(seconds=1)
STEPS = [1, 29, 30, 60, 120, 299, 300, 599, 600, 1800, 3600, 7200, 86_400]


@dataclass
class Code:
    """A code as the model sees it."""

    text: str
    issued: datetime
    failures: int = 0
    used: bool = False

    def live(self, now: datetime) -> bool:
        return not self.used and self.failures < 5 and now < self.issued + 600 * SECOND


@dataclass
class Budget:
    """Failures in a row and the lock that came of them."""

    failures: int = 0
    until: datetime | None = None


@dataclass
class Attempt:
    """A flow with the codes that it had, and the times of those that its waits still count: a day's."""

    flow: Flow
    codes: list[Code] = field(default_factory=list)
    counted: list[datetime] = field(default_factory=list)

    def add(self, code: Code) -> None:
        """One code more; what is a day old then counts no more."""
        self.codes.append(code)
        self.counted = [time for time in self.counted if code.issued - time < 86_400 * SECOND] + [code.issued]


class OneNumber(RuleBasedStateMachine):
    """A number, a known browser and strangers, and what the rules say about them."""

    desk: Desk
    browser: UUID
    numbers = 0

    @initialize()
    def start(self) -> None:
        OneNumber.numbers += 1
        self.number = f"+8490{self.numbers:07d}"
        self.attempts = [self.attempt(browser) for browser in (None, None, self.browser)]
        self.budgets: dict[UUID | None, Budget] = {None: Budget(), self.browser: Budget()}
        self.total = 0
        self.common: list[datetime] = []
        self.extra: list[datetime] = []

    def attempt(self, browser: UUID | None) -> Attempt:
        return Attempt(self.desk.flow(self.number, browser=browser))

    @property
    def now(self) -> datetime:
        return self.desk.clock.now()

    def lock(self, budget: Budget, known: bool) -> str | None:
        if self.total >= 100 or (not known and budget.failures >= 60):
            return "closed"
        return "locked" if budget.until and budget.until > self.now else None

    def full(self, sent: list[datetime], hourly: int, daily: int) -> bool:
        hour, day = (sum(self.now - time < span for time in sent) for span in (3600 * SECOND, 86_400 * SECOND))
        return hour >= hourly or day >= daily

    @rule(which=st.integers(0, 2))
    def send(self, which: int) -> None:
        attempt = self.attempts[which]
        browser = attempt.flow.browser
        wait = (0, 30, 60, 120)[min(len(attempt.counted), 3)] * SECOND
        quota = self.common
        if self.full(quota, 5, 10) and browser:
            quota = self.extra
        expected = self.lock(self.budgets[browser], browser is not None)
        if expected is None and attempt.codes and self.now - attempt.codes[-1].issued < wait:
            expected = "wait"
        if expected is None and self.full(quota, *((5, 10) if quota is self.common else (2, 4))):
            expected = "number"
        answer = self.desk.send(self.fresh(attempt.flow))
        if isinstance(answer, Sent):
            assert expected is None
            attempt.add(Code(answer.code, self.now))
            quota.append(self.now)
        else:
            assert answer.reason.partition("-")[0] == expected

    @precondition(lambda self: any(attempt.codes for attempt in self.attempts))
    @rule(which=st.integers(0, 2), code=st.integers(0, 9))
    def enter_a_code_of_some_flow(self, which: int, code: int) -> None:
        known = [sent.text for attempt in self.attempts for sent in attempt.codes]
        self.judge(self.attempts[which], known[code % len(known)])

    @rule(which=st.integers(0, 2), times=st.integers(1, 5))
    def guess(self, which: int, times: int) -> None:
        for _ in range(times):
            self.judge(self.attempts[which], "no code")

    @rule(which=st.integers(0, 2))
    def begin_again(self, which: int) -> None:
        self.attempts[which] = self.attempt(self.attempts[which].flow.browser)

    @rule(seconds=st.sampled_from(STEPS))
    def let_time_pass(self, seconds: int) -> None:
        self.desk.clock.advance(seconds=seconds)

    def fresh(self, flow: Flow) -> Flow:
        """The flow from an address with no limit spent."""
        return Flow(flow.id, flow.number, flow.purpose, self.desk.address(), flow.browser)

    def judge(self, attempt: Attempt, text: str) -> None:
        """Enter something and compare the verdict with the one that the rules give."""
        flow = self.fresh(attempt.flow)
        verdict = self.desk.guess(flow) if text == "no code" else self.desk.enter(flow, text)
        assert verdict.kind == self.expected(attempt, text)

    def expected(self, attempt: Attempt, text: str) -> str:
        known = attempt.flow.browser is not None
        budget = self.budgets[attempt.flow.browser]
        live = [code for code in attempt.codes if code.live(self.now)]
        if locked := self.lock(budget, known):
            return locked
        if not live:
            return self.dead(attempt)
        if any(code.text == text for code in live):
            for code in attempt.codes:
                code.used = True
            budget.failures = self.total = 0
            return "accepted"
        budget.failures, self.total = budget.failures + 1, self.total + 1
        for code in live:
            code.failures += 1
        if budget.failures % 5 == 0:
            budget.until = self.now + (10, 30, 120)[min(budget.failures // 5, 3) - 1] * 60 * SECOND
        left = max(5 - code.failures for code in live)
        return self.lock(budget, known) or ("wrong" if left else "used-up")

    def dead(self, attempt: Attempt) -> str:
        """Why none of an attempt's codes is live; expired ones are dead for good once they were met."""
        unused = [code for code in attempt.codes if not code.used]
        expired = [code for code in unused if self.now >= code.issued + 600 * SECOND]
        for code in expired:
            code.used = True
        return "used-up" if len(expired) < len(unused) else "expired" if unused else "none"


def test_verdicts_are_those_of_the_model(desk: Desk) -> None:
    desk.set(sms_conversion_floor=0, slow_mode_failures=10**6)
    number = "+84909999999"
    OneNumber.desk, OneNumber.browser = desk, desk.known_browser(number)
    run_state_machine_as_test(
        OneNumber,
        settings=settings(
            max_examples=30, stateful_step_count=40, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )
