"""Turns of work until a program ends, whatever the database does meanwhile."""

import logging
from collections.abc import Callable
from threading import Event

from sqlalchemy.exc import SQLAlchemyError

LONGEST_PAUSE = 10.0  # seconds until the next try, where the database does not answer

log = logging.getLogger(__name__)


def take(stop: Event, turn: Callable[[], bool], idle: float, what: str) -> None:
    """Take turn after turn until `stop` is set; a turn says whether there was anything to do.

    Where there was nothing the next is after `idle` seconds. Where the database does not answer, pauses double,
    and the log says that `what` waits.
    """
    pause = idle
    while not stop.is_set():
        try:
            busy = turn()
        except SQLAlchemyError as error:
            pause = min(pause * 2, LONGEST_PAUSE)
            log.warning("%s wait for the database (%s), %.1f s", what, type(error).__name__, pause)
            stop.wait(pause)
        else:
            pause = idle
            stop.wait(0 if busy else idle)
