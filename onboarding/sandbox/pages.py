"""`/sandbox/`: how to test, the text messages that would have been sent, and the parts of the pages."""

from datetime import datetime
from typing import Any

from flask import Blueprint, Response, current_app, jsonify, render_template, request

from onboarding.db import current_session
from onboarding.sandbox import parts
from onboarding.sms import outbox
from onboarding.sms.gateways import sandbox as gateway

pages = Blueprint("sandbox", __name__, url_prefix="/sandbox")


@pages.get("/")
def start() -> str:
    """How to test."""
    return render_template("sandbox/start.html")


@pages.get("/parts")
def all_parts() -> str:
    """Every part of the pages; `?errors=1` shows the fields as they come back when nothing was filled in."""
    answers = current_app.extensions["answers"].values()
    return render_template(
        "sandbox/parts.html",
        form=parts.form(failed="errors" in request.args),
        colours=parts.colours(),
        news=parts.news(),
        now=current_app.extensions["clock"].now(),
        figures={"online": 13, "today": 2700, "total": 4_417_212},
        tally=[{"label": label, "count": 1, "percent": 100 // len(answers)} for label in answers],
    )


@pages.get("/messages")
def messages() -> str:
    """The messages as a page."""
    found = [{**message, "created_at": datetime.fromisoformat(message["created_at"])} for message in inbox()]
    return render_template("sandbox/messages.html", messages=found)


@pages.get("/messages.json")
def messages_json() -> Response:
    """The messages as JSON, newest first; `?to=+84901234567` for one number."""
    shown = ("to", "text", "code", "state", "created_at")
    return jsonify([{name: message[name] for name in shown} for message in inbox()])


def inbox() -> list[dict[str, Any]]:
    """The newest messages, each with what the outbox knows of its state."""
    to = request.args.get("to", "").replace(" ", "+") or None
    found = gateway.inbox(gateway.messages_file(current_app.extensions["settings"]), to)
    states = outbox.states(current_session(), [message["id"] for message in found])
    return [{**message, "state": states.get(message["id"], "sent")} for message in found]
