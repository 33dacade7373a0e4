"""What an integrator's programs call: everything that the pages show, and all that can be done there, as JSON."""

from typing import Any, cast

from flask import Blueprint, Response, current_app, jsonify, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from werkzeug.exceptions import HTTPException

from onboarding.accounts import clients
from onboarding.accounts.clients import Client, WrongClient
from onboarding.config import Settings
from onboarding.sandbox import faults, kept, people
from onboarding.sandbox.clients import READY, READY_SECRET, register, registered
from onboarding.sandbox.clock import SandboxClock, TooFar, clock_file, forward, move, reset
from onboarding.sandbox.faults import FAULTS, faults_file
from onboarding.sandbox.inbox import inbox, messages_file
from onboarding.sandbox.numbers import NUMBERS
from onboarding.sandbox.sent import Wrong, sent
from onboarding.sms import outbox
from onboarding.web.requests import now, takes_json
from onboarding.work import current_session

api = Blueprint("sandbox_api", __name__, url_prefix="/sandbox")
REFUSED = {403: "a page of another site sent this", 415: "a POST has to be application/json"}


def settings() -> Settings:
    """The settings of this sandbox."""
    return cast(Settings, current_app.extensions["settings"])


@api.errorhandler(WrongClient)
@api.errorhandler(TooFar)
@api.errorhandler(Wrong)
def wrong(error: Exception) -> ResponseReturnValue:
    """What was sent cannot be done; the sentence says why."""
    return jsonify(error=str(error)), 400


@api.errorhandler(HTTPException)
def refused(error: HTTPException) -> ResponseReturnValue:
    """What no view was asked about."""
    return jsonify(error=REFUSED.get(error.code or 500, error.name)), error.code or 500


@api.get("/clients.json")
def list_clients() -> Response:
    """The services that are registered; of the ready one the secret too, for it is no secret."""
    found = registered(current_session())
    return jsonify([shown(one, READY_SECRET if clients.holds(one, READY_SECRET) else None) for one in found])


@api.post("/clients.json")
@takes_json
def add_client() -> ResponseReturnValue:
    """Register a service: `name` and `redirect_uris`, and where else it is, as it likes."""
    asked = sent(
        name=str,
        redirect_uris=list,
        post_logout_redirect_uris=list | None,
        backchannel_logout_uri=str | None,
        events_uri=str | None,
    )
    logout_uris = asked.pop("post_logout_redirect_uris") or []
    client, secret = register(current_session(), now(), **asked, logout_uris=logout_uris)
    return jsonify(shown(client, secret)), 201


def shown(client: Client, secret: str | None) -> dict[str, Any]:
    """A service, by the names of RFC 7591 where it has one."""
    told = {
        "client_id": str(client.id),
        "client_name": client.name,
        "redirect_uris": client.redirect_uris,
        "post_logout_redirect_uris": client.logout_uris,
        "backchannel_logout_uri": client.backchannel_logout_uri,
        "events_uri": client.events_uri,
    }
    return told | ({"client_secret": secret} if secret else {})


@api.get("/people.json")
def list_people() -> Response:
    """The people who are there from the start; each signs in by their number."""
    return jsonify([somebody(i) for i in people.FIRST])


@api.post("/people.json")
@takes_json
def add_person() -> ResponseReturnValue:
    """Make test person `person` with an account, or find that they have one."""
    i = sent(person=int)["person"]
    if not 0 <= i < people.MOST:
        raise Wrong(f"person is a number below {people.MOST}")
    people.seed_batch(current_session(), now(), [i])
    return jsonify(somebody(i)), 201


def somebody(i: int) -> dict[str, Any]:
    """Test person i."""
    who = people.person(i)
    told = {"number": people.number(i), "name": who.name, "national_id": who.national_id}
    return told | {"birth_date": str(who.birth_date)}


@api.get("/numbers.json")
def list_numbers() -> Response:
    """The numbers with a fixed outcome."""
    told = [{"number": one.number, "outcome": one.outcome, "told": gettext(one.sentence)} for one in NUMBERS]
    return jsonify(told)


@api.get("/messages.json")
def list_messages() -> Response:
    """The messages, newest first; `?to=+84901234567` for one number."""
    told = ("to", "text", "code", "state", "created_at")
    return jsonify([{name: message[name] for name in told} for message in arrived()])


def arrived() -> list[dict[str, Any]]:
    """The newest messages that the gateway's clock has let arrive, each with its state in the outbox."""
    to = request.args.get("to", "").replace(" ", "+") or None
    found = inbox(messages_file(settings()), SandboxClock(settings()).now(), to)
    states = outbox.states(current_session(), [message["id"] for message in found])
    return [{**message, "state": states.get(message["id"], "sent")} for message in found]


@api.get("/clock.json")
def tell_time() -> Response:
    """The time here, and by how many seconds it is ahead of the computer's."""
    return jsonify(now=now().isoformat(), forward=forward(clock_file(settings())).total_seconds())


@api.post("/clock.json")
@takes_json
def move_clock() -> Response:
    """Move the clock by `forward` seconds; null takes it back to the computer's time."""
    seconds = sent(forward=int | float | None)["forward"]
    if seconds is None:
        reset(clock_file(settings()))
    else:
        move(clock_file(settings()), seconds)
    return tell_time()


@api.get("/faults.json")
def list_faults() -> Response:
    """The faults that there are, and which client has which."""
    known = {name: gettext(sentence) for name, sentence in FAULTS.items()}
    return jsonify(faults=known, on=kept.read(faults_file(settings())))


@api.post("/faults.json")
@takes_json
def switch_fault() -> Response:
    """Switch `fault` on for the client `client_id`, the ready one if none is named; null switches it off."""
    asked = sent(client_id=str | None, fault=str | None)
    client_id, fault = asked["client_id"] or str(READY), asked["fault"]
    if fault not in (None, *FAULTS):
        raise Wrong(f"fault is one of {', '.join(FAULTS)}")
    if fault and clients.find(current_session(), client_id) is None:
        raise Wrong("no such client")
    faults.switch(settings(), client_id, fault)
    return list_faults()
