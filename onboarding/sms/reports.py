"""Delivery reports: what the network says about a message that a gateway took."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from onboarding.sms.claims import done
from onboarding.sms.outbox import Message

State = Literal["sent", "delivered", "failed"]

# What each report may change. One can come before we noted the gateway's answer, or in place of it; late and
# repeated ones come in any order: what was delivered stays delivered.
BEFORE: dict[State, tuple[str, ...]] = {
    "sent": ("waiting", "unknown"),
    "delivered": ("waiting", "unknown", "sent", "failed"),
    "failed": ("waiting", "unknown", "sent"),
}

# Codes that message centres copy from the network. Source: 3GPP TS 29.002, section 17.6.6, local error codes.
ERRORS = {
    1: "no such number",  # unknownSubscriber
    6: "unreachable",  # absentSubscriberSM
    9: "blocked",  # illegalSubscriber
    11: "blocked",  # teleserviceNotProvisioned
    13: "blocked",  # callBarred
    27: "unreachable",  # absentSubscriber
    31: "unreachable",  # subscriberBusyForMT-SMS
}


@dataclass(frozen=True)
class Report:
    """One report: which message, its state, and where it failed a reason of `states.REASONS`.

    `reference` is ours or, of a gateway that returned one, its own id of the message.
    """

    reference: str
    state: State
    reason: str | None = None


def why(error: int) -> str:
    """The reason that the network's error stands for."""
    return ERRORS.get(error, "network fault")


def message_of(db: Session, gateway: str, told: str) -> UUID | None:
    """The newest message that a gateway gave this id to; none where that is not noted, or not yet."""
    theirs = select(Message.id).where(Message.gateway == gateway, Message.gateway_reference == told)
    return db.scalar(theirs.order_by(Message.created_at.desc()).limit(1))


def record(db: Session, now: datetime, gateway: str, message_id: UUID, report: Report) -> None:
    """Set the state of a message that this gateway has; a report that comes too late changes nothing."""
    values: dict[str, Any] = done(report.state) | {"reason": report.reason}
    if report.state != "failed":
        values[f"{report.state}_at"] = now
    theirs = update(Message).where(Message.id == message_id, Message.gateway == gateway)
    before = Message.state.in_(BEFORE[report.state])
    db.execute(theirs.where(before).values(**values), execution_options={"synchronize_session": False})
