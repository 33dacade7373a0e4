"""What a page says of the act that led to it: once, and only while it is the last thing that was done.

The address says by `done` that an act led here. Whether it did, and what has happened since, the audit trail says.
"""

from datetime import timedelta

from flask import request
from flask_babel import LazyString
from flask_babel import lazy_gettext as _l
from sqlalchemy import or_, select

from onboarding.accounts.audit import Entry
from onboarding.console.guard import me
from onboarding.console.within import within

MOMENT = timedelta(minutes=1)
LOOKS = ("person-opened", "value-revealed")
SAVED = _l("Your change is saved.")
TOLD = {  # by the kind of row; acts for a person have their own words
    "approval-given": _l("You have approved it."),
    "approval-refused": _l("You have refused it. Nothing was done."),
    "call-back-done": _l("The callback is done. The citizen gets a text message."),
    "site-added": SAVED,
    "site-changed": SAVED,
    "client-changed": SAVED,
    "client-keys-replaced": SAVED,
    "client-ended": _l("The service is ended."),
    "staff-role-changed": SAVED,
    "staff-ended": _l("The access is ended."),
}


def just_done() -> Entry | None:
    """The row of what whoever reads this page did a moment ago; None where somebody has acted on it since."""
    if "done" not in request.args:
        return None
    db, now, _settings = within()
    mine = select(Entry).where(Entry.staff_id == me().staff_id).order_by(Entry.number.desc()).limit(1)
    last = db.scalar(mine)
    if last is None or last.at < now - MOMENT:
        return None
    columns = {Entry.account_id: last.account_id, Entry.journey_id: last.journey_id}
    same = [column == subject for column, subject in columns.items() if subject]
    since = select(Entry.number).where(Entry.number > last.number, Entry.kind.not_in(LOOKS), or_(False, *same))
    return None if db.scalar(since.limit(1)) else last


def told() -> LazyString | None:
    """The sentence of what was done."""
    last = just_done()
    return TOLD.get(last.kind) if last else None
