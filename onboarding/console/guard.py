"""The door of the console: who may open which page.

A view says it by a decorator, and the guard before every view holds it to that:

    @console.get("/figures")
    @allow("supervisor", "auditor")
    def figures() -> str: ...

A view that says nothing is open to nobody.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any, TypeVar, cast

from flask import Blueprint, Flask, abort, current_app, g, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from onboarding.accounts import staff, staff_sessions
from onboarding.accounts.sessions import TOUCH
from onboarding.accounts.staff import ROLES, Staff
from onboarding.accounts.staff_sessions import StaffSession
from onboarding.console import recheck
from onboarding.sealed import unlock
from onboarding.web import requests
from onboarding.web.requests import note_refusal
from onboarding.work import current_session, current_work, writing

View = TypeVar("View", bound=Callable[..., Any])
ANYBODY = "anybody"  # those who are not signed in, too

console = Blueprint("console", __name__, url_prefix="/console")


def allow(*roles: str) -> Callable[[View], View]:
    """Let these roles open a view."""
    if not roles or not {*ROLES, ANYBODY} >= {*roles}:
        raise ValueError(f"no such roles: {roles}")

    def marked(view: View) -> View:
        view.roles = frozenset(roles)  # type: ignore[attr-defined]
        return view

    return marked


def roles_of(app: Flask, endpoint: str) -> frozenset[str]:
    """Who may open an endpoint."""
    found: frozenset[str] = getattr(app.view_functions[endpoint], "roles", frozenset())
    return found


def way_back() -> dict[str, Any]:
    """What the sign-in page is told of what was asked for: a page to lead back to, or a form that is lost."""
    if request.method != "GET":
        return {"lost": "1"}
    return {} if request.endpoint == "console.home" else {"to": request.full_path.rstrip("?")}


@console.before_request
def check() -> ResponseReturnValue | None:
    """Let in who may; lead to the sign-in who is nobody yet."""
    assert request.endpoint is not None
    roles = roles_of(current_app, request.endpoint)
    if ANYBODY in roles:
        return None
    mine = of_request()
    if mine is None:
        return redirect(url_for("console.sign_in", **way_back()), 303)
    unlock(mine.staff, current_session().info["keyring"])  # an error page has their name, too, but no database
    g.staff_session = mine
    if mine.staff.role not in roles:
        note_refusal("role")
        return render_template("console/refused.html"), 403
    return None


def of_request() -> StaffSession | None:
    """The session of this browser, kept awake by this very click (P23); one by token while that is good (P38)."""
    now = requests.now()
    found = find(now)
    if found is not None and found.recheck_at is not None and now >= found.recheck_at:
        refusal = recheck.ask(current_session(), now, found)
        with keeping() as db:
            recheck.write_down(db, now, found, refusal)
        found = find(now)
    if found is not None and now - found.last_seen_at >= TOUCH:
        with keeping() as db:
            staff_sessions.touch(db, now, found)
    return found


def find(now: datetime) -> StaffSession | None:
    """The open session of this browser."""
    settings = current_app.extensions["settings"]
    return staff_sessions.find(current_session(), now, settings, session.token)  # type: ignore[attr-defined]


@contextmanager
def keeping() -> Iterator[Session]:
    """The session of this request, to write with; what is written stays, whatever view is called or none."""
    with writing():
        yield current_session()
        current_work().commit()


def me() -> StaffSession:
    """The session of whoever opened this page; `me().staff` is who they are."""
    return cast(StaffSession, g.staff_session)


def hold_administrators() -> list[Staff]:
    """All administrators; until this transaction is over nobody becomes one or stops being one.

    Whoever lost that right a moment ago is refused.
    """
    administrators = staff.lock_administrators(current_session())
    if me().staff not in administrators:
        abort(403)
    return administrators
