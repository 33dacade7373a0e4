"""The figures of `/metrics`: counted in the database, so that all processes and restarts agree.

Every one is of the last hour, or of what waits: an index finds the rows, however many there were before. Source of
the format: Prometheus, "Exposition formats", text-based format 0.0.4.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from onboarding.accounts.events import Event
from onboarding.accounts.signals import Signal
from onboarding.sms.outbox import Message

PERIOD = timedelta(hours=1)
EVER = datetime(2000, 1, 1, tzinfo=UTC)  # later than this is every time; SQLite uses no index for "not null"
ESCAPES = str.maketrans({"\\": r"\\", '"': r"\"", "\n": r"\n"})

Samples = Iterable[tuple[Mapping[str, str], float]]


def figures(db: Session, now: datetime) -> str:
    """All figures as Prometheus reads them."""
    waiting, oldest = db.execute(
        select(func.count(), func.min(Message.created_at)).where(Message.due_at > EVER)
    ).one()
    age = (now - oldest).total_seconds() if waiting else 0
    return "".join(
        [
            gauge("messages", "Text messages promised in the last hour.", messages(db, now)),
            gauge("messages_waiting", "Text messages that are still to be sent.", [({}, waiting)]),
            gauge("oldest_waiting_seconds", "Age of the oldest of them, 0 without any.", [({}, max(age, 0))]),
            gauge("signals", "Signals to services of the last hour.", signals(db, now)),
            gauge("signals_waiting", "Signals that a service still has to take.", waiting_signals(db)),
            gauge("alarms", "Marks that budgets and breakers reached in the last hour.", alarms(db, now)),
        ]
    )


def messages(db: Session, now: datetime) -> Samples:
    """How many messages by gateway, number prefix and state."""
    names = ("gateway", "prefix", "state")
    groups = (func.coalesce(Message.gateway, "none"), Message.prefix, Message.state)
    recent = select(*groups, func.count()).where(Message.created_at > now - PERIOD).group_by(*groups)
    for *group, count in db.execute(recent):
        yield dict(zip(names, group, strict=True)), count


def signals(db: Session, now: datetime) -> Samples:
    """How many signals by kind and state."""
    recent = select(Signal.kind, Signal.state, func.count()).where(Signal.happened_at > now - PERIOD)
    for kind, state, count in db.execute(recent.group_by(Signal.kind, Signal.state)):
        yield {"kind": kind, "state": state}, count


def waiting_signals(db: Session) -> Samples:
    """How many signals are to be pushed to each service that any waits for."""
    counts = Counter(db.scalars(select(Signal.client_id).where(Signal.due_at > EVER)))
    for client_id, count in counts.items():
        yield {"client": str(client_id)}, count


def alarms(db: Session, now: datetime) -> Samples:
    """How many alarms by name and level (P12, P13, P14)."""
    recent = select(Event.facts).where(Event.at > now - PERIOD, Event.kind == "alarm")
    counts = Counter((facts["name"], str(facts["level"])) for facts in db.scalars(recent))
    for (name, level), count in counts.items():
        yield {"name": name, "level": level}, count


def gauge(name: str, sentence: str, samples: Samples) -> str:
    """One figure with its description, a line for each combination of labels."""
    head = f"# HELP onboarding_{name} {sentence}\n# TYPE onboarding_{name} gauge\n"
    return head + "".join(f"onboarding_{name}{labelled(labels)} {value}\n" for labels, value in samples)


def labelled(labels: Mapping[str, str]) -> str:
    """Labels as they stand behind a name; nothing where there are none."""
    pairs = ",".join(f'{name}="{value.translate(ESCAPES)}"' for name, value in labels.items())
    return f"{{{pairs}}}" if pairs else ""
