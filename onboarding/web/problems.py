"""Errors as programs read them: problem details (RFC 9457), each kind with a number that never changes.

A number is the HTTP status and two digits more. `docs/integrators-api.md` has the same table.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from flask import Response, current_app
from msgspec import Struct, json
from werkzeug.exceptions import HTTPException

MEDIA_TYPE = "application/problem+json"
TREE = "/api/v1"  # every error below this address is a problem


class Details(Struct):
    """What went wrong. `type` is the address of the kind, `number` its name for programs."""

    type: str
    title: str
    status: int
    number: int
    detail: str


@dataclass(frozen=True)
class Kind:
    """One kind of problem, and what to do about it."""

    number: int
    title: str
    detail: str

    @property
    def status(self) -> int:
        """The HTTP status of its answers."""
        return self.number // 100

    def told(self, detail: str = "") -> Details:
        """This kind, with what is special about one case."""
        address = f"{current_app.extensions['settings'].public_url}{TREE}/problems/{self.number}"
        return Details(address, self.title, self.status, self.number, detail or self.detail)


BAD_REQUEST = Kind(40001, "Bad request", "Check the address, its host, and that no parameter stands there twice.")
NOT_JSON = Kind(40002, "Not JSON", "Send one JSON object in UTF-8, no member twice, at most 20 levels deep.")
BAD_KEY = Kind(40003, "Bad idempotency key", 'Send 1 to 64 letters, digits or signs, in quotes: "…".')
NO_TOKEN = Kind(40101, "No valid access token", "Send an open one in Authorization: Bearer, nowhere else.")
NO_CLIENT = Kind(
    40102, "Unknown client", "Send id and secret by Authorization: Basic, or a fresh assertion by Bearer."
)
NOT_FOUND = Kind(40401, "No such address", "Look at the description, /api/v1/openapi.json.")
NO_ACCOUNT = Kind(40402, "Unknown account", "No citizen with this sub lets your service know of them now.")
NO_METHOD = Kind(40501, "Method not allowed", "The header Allow names those that are.")
RUNNING = Kind(40901, "The same request is running", "Send it again in a moment, with the same idempotency key.")
TOO_LARGE = Kind(41301, "Too large", "A body has at most 64 KB.")
NOT_READ = Kind(41501, "Unsupported media type", "Send application/json.")
UNFIT = Kind(42201, "The body does not fit", "Compare it with the description.")
OTHER_REQUEST = Kind(42202, "Idempotency key of another request", "Make a new key for each new request.")
TOO_MANY = Kind(42901, "Too many requests", "Wait for as many seconds as Retry-After says.")
OUR_FAULT = Kind(50001, "A fault on our side", "Try again in a minute, with the same idempotency key.")
BUSY = Kind(50301, "The portal is busy", "Try again after as many seconds as Retry-After says.")

KINDS = {kind.number: kind for kind in globals().copy().values() if isinstance(kind, Kind)}
BY_STATUS = {kind.status: kind for kind in reversed(KINDS.values())}  # the first of each status is the general one


class Problem(HTTPException):
    """An answer of the API that is no success; raising it rolls back what the request has done."""

    def __init__(self, kind: Kind, detail: str = "", headers: Mapping[str, str] | None = None) -> None:
        super().__init__(response=answer(kind.told(detail)))
        self.code = kind.status
        assert self.response is not None
        self.response.headers.update(headers or {})


def of_api(path: str) -> bool:
    """Whether an address is one of the API: no cookie counts there, and nothing is a page."""
    return f"{path}/".startswith(f"{TREE}/")


def of_status(status: int) -> Response:
    """The general problem of an HTTP status."""
    return answer(BY_STATUS.get(status, BAD_REQUEST if status < 500 else OUR_FAULT).told())


def answer(details: Details) -> Response:
    """A problem as a response."""
    return Response(json.encode(details), details.status, mimetype=MEDIA_TYPE)
