"""The queue of people who wait for a call: take one, call, note how it went. Oldest first, nobody twice."""

from typing import Any
from uuid import UUID

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from onboarding.accounts import audit, call_backs, masks, numbers, staff
from onboarding.accounts.call_backs import CallBack
from onboarding.console.guard import allow, console, me
from onboarding.console.telling import tell, texts
from onboarding.console.within import within
from onboarding.db import current_session

MOST = 100
LONGEST_NOTE = 500
ONE = "/call-backs/<uuid:call_back_id>"


@console.get("/call-backs")
@allow("helper", "supervisor")
def queue() -> str:
    """Who waits, and who is being called."""
    return page()


@console.post(f"{ONE}/take")
@allow("helper", "supervisor")
def take_call_back(call_back_id: UUID) -> ResponseReturnValue:
    """Take a request; where a colleague was faster the list says so."""
    db, now, _settings = within()
    taken = call_backs.take(db, now, call_back_id, me().staff_id)
    return noted("call-back-taken", taken) if taken else missed(call_back_id)


@console.post(f"{ONE}/give-back")
@allow("helper", "supervisor")
def give_back_call_back(call_back_id: UUID) -> ResponseReturnValue:
    """Leave one's own request to the others."""
    given = call_backs.give_back(current_session(), call_back_id, me().staff_id)
    return noted("call-back-given-back", given) if given else missed(call_back_id)


@console.post(f"{ONE}/done")
@allow("helper", "supervisor")
def finish_call_back(call_back_id: UUID) -> ResponseReturnValue:
    """Note how the call went; the citizen is told that the request is done."""
    db, now, _settings = within()
    words = " ".join(request.form.get("note", "").split())[:LONGEST_NOTE]
    if not words and db.get(CallBack, call_back_id) is not None:
        return page(empty=True)
    done = call_backs.finish(db, now, call_back_id, me().staff_id, words)
    if done is None:
        return missed(call_back_id)
    tell(str(done.number), texts().call_back_answered())
    return noted("call-back-done", done)


@console.post(f"{ONE}/reveal")
@allow("helper", "supervisor")
def reveal_call_back(call_back_id: UUID) -> str:
    """Name and number in full, for whoever has taken the request and calls now."""
    db, now, _settings = within()
    mine = db.get(CallBack, call_back_id)
    if mine is None or (mine.state, mine.taken_by) != ("taken", me().staff_id):
        abort(404)
    answer = page(revealed=mine.id)
    reason, role = "call-back", me().staff.role
    audit.record(
        db, now, me().staff, "value-revealed", reason, journey=mine.journey_id, role=role, value="phone-number"
    )
    return answer


def missed(call_back_id: UUID) -> ResponseReturnValue:
    """Say that somebody else was faster; 404 where there is no such request at all."""
    if current_session().get(CallBack, call_back_id) is None:
        abort(404)
    return page(missed=True), 409


def noted(kind: str, changed: CallBack) -> ResponseReturnValue:
    """Keep in the trail what was done with a request, and go back to the list."""
    db, now, _settings = within()
    mine = me().staff
    audit.record(db, now, mine, kind, "call-back", journey=changed.journey_id, role=mine.role)
    return redirect(url_for("console.queue", done=1), 303)


def page(*, revealed: UUID | None = None, missed: bool = False, empty: bool = False) -> str:
    """The list: what waits, and what somebody works on."""
    db = current_session()
    taken = call_backs.taken(db)
    return render_template(
        "console/call-backs.html",
        waiting=[row(one) for one in call_backs.waiting(db, MOST)],
        taken=[row(one, in_full=one.id == revealed) for one in taken],
        names=staff.names(db, {one.taken_by for one in taken}),
        missed=missed,
        empty=empty,
    )


def row(one: CallBack, *, in_full: bool = False) -> dict[str, Any]:
    """A request as it stands in the list."""
    name, number = str(one.name), str(one.number)
    plain = ("id", "journey_id", "best_time", "requested_at", "taken_by", "taken_at")
    shown = {"name": name, "number": numbers.grouped(number)} if in_full else {}
    masked = {"name": masks.name(name), "number": numbers.masked(number)}
    return {**{key: getattr(one, key) for key in plain}, **masked, **shown, "in_full": in_full}
