"""`onboarding serve` and `send-messages`: web workers, and beside them what tells people and services.

Beside them, too, what is over is forgotten.
"""

import gc
import multiprocessing
import os
import signal
from importlib import import_module
from threading import Event, Thread

import click
from granian import Granian
from granian.constants import Interfaces
from granian.http import HTTP1Settings

from onboarding import environment, housekeeping
from onboarding.app import create_app
from onboarding.config import Read, Settings
from onboarding.db import Database
from onboarding.installation import clock_of
from onboarding.migrations.cli import require, upgrade
from onboarding.oidc.sender import Sender
from onboarding.sms.dispatcher import Dispatcher, chosen_gateways
from onboarding.sms.gateway import LINES

HEADER_BYTES = 16 * 1024  # P50
HEADER_WAIT = 10_000  # milliseconds (P50)


@click.command("serve")
@click.option("--sandbox", is_flag=True, help="For trying things out: throw-away keys, readable messages.")
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True)
@click.option("--workers", default=2, show_default=True)
@click.pass_obj
def server(read: Read, sandbox: bool, host: str, port: int, workers: int) -> None:
    """Run the web server, with the dispatcher of text messages beside it."""
    if sandbox:
        if environment.is_production():
            raise click.ClickException("These are a production's settings; a sandbox would put test people there.")
        os.environ["ONBOARDING_MODE"] = "sandbox"
        os.environ.setdefault("ONBOARDING_PUBLIC_URL", f"http://{host}:{port}")
    settings = read()
    if settings.sandbox:
        upgrade(settings)
        import_module("onboarding.sandbox.start").prepare(settings)
    require(settings)
    serve(settings, host, port, workers)


@click.command()
@click.pass_obj
def send_messages(read: Read) -> None:
    """Send promised text messages, and signals to services."""
    settings = read()
    chosen_gateways(settings)  # what is missing is told before anything runs
    require(settings)
    work(settings, set_by(signal.SIGTERM, signal.SIGINT))


def serve(settings: Settings, host: str, port: int, workers: int) -> None:
    """Serve until told to stop; messages that were promised before a crash are sent from here.

    All other processes are forks of this one: what the program consists of is loaded once, and its memory is
    shared. So nothing may run beside this function before them: a fork would inherit what another thread holds.
    """
    chosen_gateways(settings)  # what is missing ends the start here, not a process below
    create_app(settings)
    gc.freeze()  # the collector would touch all that is shared, and so copy it
    multiprocessing.set_start_method("fork")
    beside = multiprocessing.Process(target=work_beside, args=(settings,), daemon=True)
    beside.start()
    Granian(
        "onboarding.front:create_front",
        factory=True,
        address=host,
        port=port,
        interface=Interfaces.RSGI,
        workers=workers,
        websockets=False,
        http1_settings=HTTP1Settings(header_read_timeout=HEADER_WAIT, max_buffer_size=HEADER_BYTES),
    ).serve()
    beside.terminate()
    beside.join()  # what is being sent is brought to its end, or it would be sent once more at the next start


def work_beside(settings: Settings) -> None:
    """Work in a process of its own, until the server ends it or is itself gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # at a terminal it comes to all; the server ends in good order
    stop = set_by(signal.SIGTERM)
    Thread(target=follow_parent, args=(stop,), daemon=True).start()
    work(settings, stop)


def follow_parent(stop: Event) -> None:
    """Stop once the first process is gone, even where it was killed."""
    parent = multiprocessing.parent_process()
    assert parent is not None
    parent.join()
    stop.set()


def set_by(*signals: signal.Signals) -> Event:
    """An event that is set when one of these signals comes: what is under way is brought to its end."""
    told = Event()
    signal.pthread_sigmask(signal.SIG_BLOCK, signals)  # a handler could come while the event's own lock is held

    def wait() -> None:
        signal.sigwait(signals)
        told.set()

    Thread(target=wait, daemon=True).start()
    return told


def work(settings: Settings, stop: Event) -> None:
    """Send promised messages, and beside it push signals to services and keep house, until told to stop."""
    database, clock = Database.of(settings), clock_of(settings)
    Thread(target=housekeeping.run, args=(database, clock, settings, stop), daemon=True).start()
    Thread(target=Sender(database, clock, settings).run, args=(stop,), daemon=True).start()
    Dispatcher(database, clock, *chosen_gateways(settings), lines=LINES).run(stop)
