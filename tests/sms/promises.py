"""Promising a message the way a page does: in a transaction."""

from datetime import timedelta
from uuid import UUID, uuid4

from onboarding.db import Database
from onboarding.sms import outbox
from onboarding.sms.outbox import Message
from onboarding.sms.texts import Texts
from tests.clock import MovableClock

TEXTS = Texts("Cong Dich vu cong", "dichvucong.example", "1022", 10)
NUMBER = "+84907654321"
CODE = "840275"
LIFE = timedelta(minutes=10)


def promise(
    database: Database,
    clock: MovableClock,
    to: str = NUMBER,
    flow_id: UUID | None = None,
    life: timedelta = LIFE,
) -> UUID:
    text = TEXTS.sign_in_code(CODE)
    with database.transaction() as db:
        return outbox.promise(db, clock.now(), to, text, "sign-in", clock.now() + life, uuid4(), flow_id)


def read(database: Database, message_id: UUID) -> Message:
    with database.transaction(write=False) as db:
        return db.get_one(Message, message_id)
