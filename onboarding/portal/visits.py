"""Counting visits beside the requests: a request notes its visitor in memory, a thread writes once a second."""

import logging
from datetime import timedelta
from threading import Event, Lock

from sqlalchemy.exc import SQLAlchemyError

from onboarding.accounts import visitors
from onboarding.accounts.visitors import Batch, Visitor
from onboarding.clock import Clock
from onboarding.db import Database

log = logging.getLogger(__name__)
PAUSE = timedelta(seconds=1)  # what `kill -9` can take is what was noted since


class VisitCounter:
    """The visits of one process."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database, self._clock = database, clock
        self._lock, self._batch = Lock(), Batch()

    def note(self, visitor: Visitor) -> None:
        """Count a visit; nothing is written yet."""
        with self._lock:
            self._batch.add(self._clock.now(), visitor)

    def flush(self) -> None:
        """Write down what was noted, in one transaction. Without a database, the numbers alone are kept."""
        with self._lock:
            batch, self._batch = self._batch, Batch()
        if not batch.visits:
            return
        try:
            with self._database.transaction() as db:
                visitors.write(db, self._clock.now(), batch)
        except SQLAlchemyError as error:
            log.warning("visits wait for the database: %s", type(error).__name__)
            with self._lock:
                self._batch.visits += batch.visits

    def run(self, stop: Event) -> None:
        """Write every second until told to stop, and once more then."""
        while not stop.wait(PAUSE.total_seconds()):
            self.flush()
        self.flush()
