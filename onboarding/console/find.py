"""Finding a person: one field that takes whatever the citizen reads out.

What is searched for is personal: it comes by POST, stands in no address, and is kept nowhere (rule R16). The audit
trail tells that somebody searched, for what kind of thing, and how many were found by it (rule R48).
"""

from datetime import timedelta
from typing import Any

from flask import current_app, render_template, request

from onboarding.accounts import audit, finding, journeys, masks, numbers
from onboarding.accounts.journeys import Journey
from onboarding.accounts.people import Account
from onboarding.console.guard import allow, console, me
from onboarding.sms import history
from onboarding.web import requests
from onboarding.work import current_session

RECENT = timedelta(days=7)  # as long as what was typed on a journey is kept (P27)
MOST = 20


@console.get("/find")
@allow("helper", "supervisor")
def find() -> str:
    """The field."""
    return page("")


@console.post("/find")
@allow("helper", "supervisor")
def found() -> str:
    """Who that is, masked: an account, or a journey that has led to none."""
    db, text = current_session(), request.form.get("text", "").strip()
    if not text:
        return page("", empty=True)
    hits = finding.find(db, text)
    walked = [hits.journey] if hits.journey else []
    counts: dict[str, Any] = {**hits.counts}
    if hits.number:
        since = requests.now() - RECENT
        ids = history.journeys_to(db, hits.number, since)[:MOST]
        called = [journey for one in ids if (journey := journeys.by_id(db, one))]
        walked += called
        counts["number"] += len(called)
    rows = [account_row(account) for account in hits.accounts] + [journey_row(journey) for journey in walked]
    audit.record(db, requests.now(), me().staff, "staff-searched", "search", **counts)
    return page(text, rows)


def page(text: str, found: list[dict[str, Any]] | None = None, *, empty: bool = False) -> str:
    """The field, and what was found by it; `empty` where nothing was looked for."""
    return render_template("console/find.html", found=found, text=text, empty=empty)


def account_row(account: Account) -> dict[str, Any]:
    """An account in the list."""
    known = [numbers.masked(str(phone.number)) for phone in account.numbers] if account.wrapped_key else []
    name = masks.name(account.name) if account.wrapped_key else ""
    shown = {"name": name, "numbers": known, "state": account.state, "at": account.registered_at}
    return {"kind": "accounts", "id": account.id, **shown}


def journey_row(journey: Journey) -> dict[str, Any]:
    """A journey in the list."""
    step = current_app.extensions["journey"].title(journey.step)
    shown = {"name": journey.support_code, "numbers": [], "state": step, "at": journey.last_at}
    return {"kind": "journeys", "id": journey.id, **shown}
