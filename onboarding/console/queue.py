"""The queue of people who wait for a call: take one, call, note how it went. Oldest first, nobody twice."""

from typing import Any
from uuid import UUID

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from onboarding.accounts import audit, call_backs, masks, numbers, staff
from onboarding.accounts.call_backs import CallBack
from onboarding.console import sentences
from onboarding.console.guard import allow, console, me
from onboarding.console.telling import tell, texts
from onboarding.console.within import within
from onboarding.work import current_session

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
    if not words and mine(call_back_id):
        if "in_full" in request.form:
            return in_full(call_back_id, empty=call_back_id)
        return page(empty=call_back_id)
    done = call_backs.finish(db, now, call_back_id, me().staff_id, words)
    if done is None:
        return missed(call_back_id)
    tell(str(done.number), texts().call_back_answered())
    return noted("call-back-done", done)


@console.post(f"{ONE}/reveal")
@allow("helper", "supervisor")
def reveal_call_back(call_back_id: UUID) -> str:
    """Name and number in full, for whoever has taken the request and calls now."""
    if not mine(call_back_id):
        abort(404)
    return in_full(call_back_id)


def mine(call_back_id: UUID) -> bool:
    """Whether whoever asks has taken this request."""
    found = current_session().get(CallBack, call_back_id)
    return found is not None and (found.state, found.taken_by) == ("taken", me().staff_id)


def in_full(call_back_id: UUID, *, empty: UUID | None = None) -> str:
    """The list with one request in full; that it was shown stays in the trail."""
    db, now, _settings = within()
    answer = page(revealed=call_back_id, empty=empty)
    reason, role, journey_id = "call-back", me().staff.role, db.get_one(CallBack, call_back_id).journey_id
    audit.record(
        db, now, me().staff, "value-revealed", reason, journey=journey_id, role=role, value="phone-number"
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
    member = me().staff
    audit.record(db, now, member, kind, "call-back", journey=changed.journey_id, role=member.role)
    return redirect(url_for("console.queue", done=1), 303)


def page(*, revealed: UUID | None = None, missed: bool = False, empty: UUID | None = None) -> str:
    """The list: what waits, and what somebody works on; `empty` is the one whose note is missing."""
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
    told = {"why": sentences.word("reason", one.reason or ""), "in_full": in_full}
    return {**{key: getattr(one, key) for key in plain}, **masked, **shown, **told}
