"""Citizens who are signed in, and services that they have agreed to."""

from dataclasses import dataclass, field
from itertools import count
from typing import Any

from sqlalchemy import select

from onboarding.accounts import clients, consents, grants, people, sessions
from onboarding.accounts.authorizations import Asked
from onboarding.accounts.clients import Client
from onboarding.accounts.people import Account, Applicant
from onboarding.accounts.sign_ins import SignIn
from onboarding.accounts.signals import Signal
from onboarding.config import Settings
from onboarding.db import Database
from tests.clock import MovableClock

BACK = "https://permits.example/back"
EVENTS, LOGOUT = "https://permits.example/events", "https://permits.example/logout"
ASKED = Asked(BACK, "x" * 43, ["openid"])


@dataclass
class Town:
    """An account database with those who use it; everything that is made is committed at once."""

    database: Database
    clock: MovableClock
    settings: Settings
    numbers: Any = field(default_factory=lambda: count(1))

    def service(self, events_uri: str | None = EVENTS, logout_uri: str | None = LOGOUT, **given: Any) -> Client:
        """A service that wants to be told everything."""
        told_at = {"backchannel_logout_uri": logout_uri, "events_uri": events_uri}
        with self.database.transaction() as db:
            name = f"Permits {next(self.numbers)}"
            client, _ = clients.add(db, self.clock.now(), name, [BACK], loopback=True, **told_at, **given)
        return client

    def citizen(self) -> Account:
        """Somebody with an account."""
        n = next(self.numbers)
        applicant = Applicant("citizen", "Nguyễn Văn Ba", f"09306500{n:04}")
        with self.database.transaction() as db:
            return people.register(db, self.clock.now(), applicant, f"+8490123{n:04}", "vi", "1").account

    def sign_in(self, account: Account, *services: Client) -> SignIn:
        """A sign-in of theirs that has given something to these services."""
        now = self.clock.now()
        with self.database.transaction() as db:
            sign_in = sessions.start(db, now, self.settings, account, str(next(self.numbers)), "phone", "")
            for client in services:
                consents.give(db, now, account.id, client.id, ["openid"])
                grants.give(db, now, self.settings, sign_in, client, ASKED)
        return sign_in

    def kinds(self, client: Client) -> list[str]:
        """The kinds of all that a service is told, by name."""
        return sorted(told.kind for told in self.all_told(client))

    def all_told(self, client: Client) -> list[Signal]:
        """All that a service is told, oldest first."""
        mine = select(Signal).where(Signal.client_id == client.id)
        with self.database.transaction(write=False) as db:
            return list(db.scalars(mine.order_by(Signal.happened_at, Signal.kind)))
