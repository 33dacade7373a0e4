"""The running program: web workers, and beside them what tells people and services, and forgets what is over."""

import multiprocessing
from threading import Event, Thread

from granian import Granian
from granian.constants import Interfaces
from granian.http import HTTP1Settings

from onboarding import housekeeping
from onboarding.app import clock_of, create_app
from onboarding.config import Settings
from onboarding.db import Database
from onboarding.oidc.sender import Sender
from onboarding.sms.dispatcher import Dispatcher, chosen_gateways
from onboarding.sms.gateway import LINES

HEADER_BYTES = 16 * 1024  # P50
HEADER_WAIT = 10_000  # milliseconds (P50)


def serve(settings: Settings, host: str, port: int, workers: int) -> None:
    """Serve until told to stop; messages that were promised before a crash are sent from here."""
    # A worker that were a fork would inherit whatever the threads of this process hold at that moment.
    multiprocessing.set_start_method("spawn")
    stop = Event()
    chosen_gateways(settings)  # what is missing ends the start here, not a thread or a worker below
    create_app(settings)
    Thread(target=work, args=(settings, stop), daemon=True).start()
    server = Granian(
        "onboarding.front:create_front",
        factory=True,
        address=host,
        port=port,
        interface=Interfaces.RSGI,
        workers=workers,
        websockets=False,
        http1_settings=HTTP1Settings(header_read_timeout=HEADER_WAIT, max_buffer_size=HEADER_BYTES),
    )
    server.serve()
    stop.set()


def work(settings: Settings, stop: Event) -> None:
    """Send promised messages, and beside it push signals to services and keep house, until told to stop."""
    database, clock = Database.of(settings), clock_of(settings)
    Thread(target=housekeeping.run, args=(database, clock, settings, stop), daemon=True).start()
    Thread(target=Sender(database, clock, settings).run, args=(stop,), daemon=True).start()
    Dispatcher(database, clock, *chosen_gateways(settings), lines=LINES).run(stop)
