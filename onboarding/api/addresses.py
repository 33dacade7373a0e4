"""The addresses of the API: a line an operation."""

import msgspec
from flask import Blueprint, Response, abort, current_app

from onboarding.api import accounts, clients, events
from onboarding.api.description import description
from onboarding.web.problems import KINDS, TREE

api = Blueprint("api", __name__, url_prefix=TREE)

api.get("/account")(accounts.account)
api.get("/accounts/<sub>")(accounts.account_of)
api.post("/accounts/<sub>/sign-out")(accounts.sign_out)
api.get("/client")(clients.client)
api.post("/events")(events.events)


@api.get("/openapi.json")
def openapi() -> Response:
    """The description of all operations (OpenAPI 3.1), open to everybody."""
    return in_json(description(current_app.extensions["settings"].public_url))


@api.get("/problems/<int:number>")
def problem(number: int) -> Response:
    """What a kind of problem means: its `type` leads here."""
    if number not in KINDS:
        abort(404)
    return in_json(KINDS[number].told())


def in_json(told: object) -> Response:
    """Something public in JSON."""
    return Response(msgspec.json.encode(told), mimetype="application/json")
