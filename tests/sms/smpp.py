"""A gateway `smpp` before a message centre of the test's own, and a dispatcher that runs."""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event, Thread

from onboarding.config import Settings
from onboarding.db import Database
from onboarding.sms.dispatcher import Dispatcher
from onboarding.sms.gateways import smpp
from onboarding.sms.gateways.smpp import Smpp
from tests.clock import MovableClock
from tests.machine.message_centre import Centre


def settings(port: int, scheme: str = "smpp", options: str = "", host: str = "127.0.0.1") -> Settings:
    address = f"smpp={scheme}://portal:secret@{host}:{port}{options}"
    return Settings(sms_addresses=address, sms_sender="DVC-TINH")


@contextmanager
def bound(port: int, scheme: str = "smpp", options: str = "", host: str = "127.0.0.1") -> Iterator[Smpp]:
    """A gateway, until the end of the `with`."""
    gateway = smpp.from_settings(settings(port, scheme, options, host))
    try:
        yield gateway
    finally:
        gateway.hang_up()


@contextmanager
def running(database: Database, clock: MovableClock, centre: Centre) -> Iterator[Dispatcher]:
    """A dispatcher that sends to a centre and hears its receipts."""
    stop, dispatcher = Event(), Dispatcher(database, clock, smpp.from_settings(settings(centre.port)), lines=8)
    thread = Thread(target=dispatcher.run, args=(stop,))
    thread.start()
    try:
        yield dispatcher
    finally:
        stop.set()
        thread.join()
