"""Opening a page about a person needs a reason, kept in the audit trail; it counts for some minutes (rule R49)."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import abort
from flask_babel import lazy_gettext as _l
from wtforms import Field, RadioField, StringField
from wtforms.validators import InputRequired

from onboarding.accounts import audit, journeys, looks, people
from onboarding.accounts.journeys import Journey
from onboarding.accounts.people import Account
from onboarding.console.forms import ReasonForm, is_reason, offered, stripped
from onboarding.console.guard import me
from onboarding.web import requests
from onboarding.work import current_session


@dataclass(frozen=True)
class Subject:
    """Whom a page is about: the account, or the journey that has led to none."""

    kind: str
    id: UUID

    @property
    def ids(self) -> dict[str, UUID]:
        """The subject as the audit trail takes it."""
        return {self.kind.removesuffix("s"): self.id}


def subject_of(kind: str, subject_id: UUID, *, lock: bool = False) -> Account | Journey:
    """The account or journey of an address; 404 where there is none."""
    db = current_session()
    if kind == "accounts":
        found: Account | Journey | None = people.hold(db, subject_id) if lock else db.get(Account, subject_id)
    else:
        found = journeys.by_id(db, subject_id, lock=lock)
    return found or abort(404)


def is_open(subject: Subject) -> bool:
    """Whether whoever asks has given a reason for this person a short while ago."""
    return looks.is_open(current_session(), requests.now(), me(), **subject.ids)


def must_be_open(subject: Subject) -> None:
    """Refuse whatever is done to a person whom nobody has given a reason to look at."""
    if not is_open(subject):
        abort(403)


def is_reason_if_any(form: ReasonForm, field: Field) -> None:
    """Take no words, or those that the trail takes."""
    if field.data:
        is_reason(form, field)


class Opening(ReasonForm):
    """Why a page is opened: one of the reasons, and in words what else there is."""

    why = RadioField(
        _l("Why do you open this page?"),
        [InputRequired(_l("Choose a reason."))],
        choices=offered({why: _l(words) for why, words in looks.WHYS.items()}),
        description=_l(
            "Your answer stays in the audit trail, and the citizen can read it. It counts for 15 minutes."
        ),
    )
    reason = StringField(
        _l("In your own words (if needed)"),
        [is_reason_if_any],
        filters=[stripped],
        render_kw={"autocomplete": "off"},
    )


def note(kind: str, reason: str, subject: Subject, **facts: Any) -> None:
    """Put what is done here and now into the audit trail; let it be the last statement of the request."""
    now, mine = requests.now(), me().staff
    audit.record(current_session(), now, mine, kind, reason, **subject.ids, role=mine.role, **facts)
