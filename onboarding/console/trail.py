"""`/console/trail`: the audit trail as auditors read it, newest rows first."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from flask import render_template, request
from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from onboarding.accounts import client_changes, staff
from onboarding.accounts.audit import KINDS, Entry
from onboarding.console import sentences
from onboarding.console.guard import allow, console
from onboarding.console.within import within

PAGE = 50
VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")
KIND_NAMES = {
    "staff-added": _l("Staff added"),
    "staff-role-changed": _l("Role changed"),
    "staff-ended": _l("Staff ended"),
    "staff-link-made": _l("New sign-in link"),
    "staff-signed-in": _l("Signed in"),
    "staff-signed-out": _l("Signed out"),
    "staff-way-in-added": _l("Passkey or token registered"),
    "staff-searched": _l("Search for a person"),
    "client-added": _l("Service registered"),
    "client-changed": _l("Service changed"),
    "client-secret-made": _l("New secret of a service"),
    "client-keys-replaced": _l("Keys of a service replaced"),
    "client-ended": _l("Service ended"),
    "signing-key-made": _l("Signing key made"),
    "approval-requested": _l("Approval asked for"),
    "approval-given": _l("Approved"),
    "approval-refused": _l("Refused"),
    "person-opened": _l("Page of a person opened"),
    "value-revealed": _l("Value shown in full"),
    "code-resent": _l("Code sent again"),
    "unlocked": _l("Lock ended"),
    "sessions-ended": _l("Citizen signed out everywhere"),
    "suspended": _l("Account suspended"),
    "reinstated": _l("Account reinstated"),
    "call-back-taken": _l("Callback taken"),
    "call-back-given-back": _l("Callback given back"),
    "call-back-done": _l("Callback done"),
    "site-added": _l("Site added"),
    "site-changed": _l("Site changed"),
}


@console.get("/trail")
@allow("auditor")
def trail() -> str:
    """Fifty rows, of a member of staff, a kind, a day, an account, as asked; `before` leads on."""
    db, _now, _settings = within()
    wanted = conditions()
    rows = list(db.scalars(select(Entry).where(*wanted.values()).order_by(Entry.number.desc()).limit(PAGE + 1)))
    everybody = staff.everybody(db)
    names = {one.id: one.name for one in everybody} | {str(one.id): one.name for one in everybody}
    names |= {str(one.id): one.name for one in client_changes.every(db)}
    older = {**asked(), "before": rows[PAGE - 1].number} if len(rows) > PAGE else None
    return render_template(
        "console/trail.html",
        rows=rows[:PAGE],
        fact=sentences.fact,
        reason_of=sentences.reason,
        names=names,
        everybody=everybody,
        kinds={kind: KIND_NAMES.get(kind, kind) for kind in KINDS},
        older=older,
        asked=asked(),
        odd=asked().keys() - wanted.keys(),
    )


def asked() -> dict[str, str]:
    """What is asked for in the address."""
    names = ("member", "kind", "day", "account", "before")
    return {name: request.args[name].strip() for name in names if request.args.get(name, "").strip()}


def conditions() -> dict[str, Any]:
    """What the rows have to be like, by what was asked for; what cannot be read is left out."""
    made = {}
    for name, text in asked().items():
        try:
            made[name] = CONDITIONS[name](text)
        except ValueError:
            continue
    return made


def on_day(text: str) -> Any:
    """Rows of a day in Vietnam."""
    begin = datetime.strptime(text, "%d/%m/%Y").replace(tzinfo=VIETNAM)
    return (Entry.at >= begin) & (Entry.at < begin + timedelta(days=1))


CONDITIONS: dict[str, Callable[[str], Any]] = {
    "member": lambda text: Entry.staff_id == UUID(text),
    "kind": lambda text: Entry.kind == text,
    "day": on_day,
    "account": lambda text: Entry.account_id == UUID(text),
    "before": lambda text: Entry.number < int(text),
}
