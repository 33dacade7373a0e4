"""What a request must be like before any room sees it: its host, its origin, its shape."""

from collections.abc import Callable
from datetime import datetime
from functools import cache
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from typing import Any, NoReturn, TypeVar
from urllib.parse import urlsplit
from uuid import UUID

from flask import Flask, Request, abort, current_app, g, request
from werkzeug.routing import RequestRedirect

from onboarding.config import Settings, networks
from onboarding.web.cookie import of_console
from onboarding.web.problems import of_api

BODY_BYTES = 64 * 1024  # P50
FIELDS = 200  # P50
FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")
JSON = ("application/json",)
LOOPBACK = (ip_network("127.0.0.0/8"), ip_network("::1/128"))
PROGRAMS = "endpoints"  # the blueprint of what services' own programs call, which knows no cookie
LOCAL_NAMES = ("127.0.0.1", "localhost", "::1")
View = TypeVar("View", bound=Callable[..., Any])


def init_app(app: Flask, settings: Settings) -> None:
    """Put the checks before every view."""
    app.config.update(MAX_CONTENT_LENGTH=BODY_BYTES, MAX_FORM_MEMORY_SIZE=BODY_BYTES, MAX_FORM_PARTS=FIELDS)
    app.config["PROVIDE_AUTOMATIC_OPTIONS"] = False  # nobody else's pages may send us anything: 405
    app.url_map.merge_slashes = False  # an address is right or unknown, never mended by a redirect
    app.extensions["proxies"] = trusted_proxies(settings)
    app.before_request(check)


def check() -> None:
    """Refuse at the first check that a request does not pass."""
    asked = request._get_current_object()  # type: ignore[attr-defined]  # noqa: SLF001 - looked for once
    check_host(asked)
    check_route(asked)
    check_origin(asked)
    length = asked.content_length  # nothing is sought in a body of which not a byte came
    check_body(asked, length)
    check_parameters(asked, length)


def now() -> datetime:
    """The time of this request: that of the first question for it."""
    moment: datetime | None = g.get("now")
    if moment is None:
        moment = g.now = current_app.extensions["clock"].now()
    return moment


def refuse(status: int, reason: str, client: UUID | None = None) -> NoReturn:
    """End a request that no page of ours sends, in whose name it may come."""
    note_refusal(reason, client)
    abort(status)


def note_refusal(reason: str, client: UUID | None = None) -> None:
    """Have this request told in the record of events, once, by a word that holds nothing of the request.

    `client` is the registered service that it was refused to, or in whose name it came.
    """
    g.refused = {"reason": reason} | ({"client": str(client)} if client else {})


def check_host(asked: Request) -> None:
    """Refuse a Host that is not ours (rule R26): links and origins are never built from a stranger's.

    Whoever watches over the program asks it by its address; those two pages have no links.
    """
    settings: Settings = current_app.extensions["settings"]
    host, console = asked.host.lower(), host_of(settings.console_url)
    watched = asked.blueprint == "health"
    ours = host in (host_of(settings.public_url), console or None) or watched
    if not ours and not (settings.sandbox and urlsplit(f"//{host}").hostname in LOCAL_NAMES):
        refuse(400, "host")
    if console and not watched and asked.endpoint != "static_file":
        check_side(asked, on_its_host=host == console)


def check_side(asked: Request, *, on_its_host: bool) -> None:
    """Answer as for an unknown address where citizens' pages are asked of the console's host, or its of theirs."""
    if on_its_host is not of_console(asked.path):
        abort(404)


@cache
def host_of(address: str) -> str:
    """The host of an address of ours, with its port."""
    return urlsplit(address).netloc


def check_route(asked: Request) -> None:
    """Answer at once where there is no such page or method: nothing of the request is looked at.

    The console without its last slash is what scanners ask a debugger by (B26): no such page, either.
    """
    if isinstance(asked.routing_exception, RequestRedirect) and of_console(asked.path):
        abort(404)
    if asked.routing_exception is not None:
        raise asked.routing_exception


def check_origin(asked: Request) -> None:
    """Refuse a change that another site started (rule R23); programs have no origin, and bring no cookie."""
    if asked.method in ("GET", "HEAD") or asked.blueprint == PROGRAMS or of_api(asked.path):
        return
    if not same_origin(asked):
        refuse(403, "origin")


def check_body(asked: Request, length: int | None) -> None:
    """Refuse a body that is not a form, JSON under a form's name too (B8); of a view that takes JSON, all else."""
    sent = asked.method == "POST" and bool(asked.mimetype or length)
    if sent and asked.mimetype not in (JSON if wants_json(asked) else FORMS):
        refuse(415, "content-type")
    if length != 0 and any(name.lstrip().startswith(("{", "[")) for name in asked.form):
        refuse(415, "content-type")


def check_parameters(asked: Request, length: int | None) -> None:
    """Refuse repeated parameters, too many of them, and files, which no page asks for (rule R19, B19)."""
    sent = [asked.args, asked.form] if length != 0 else [asked.args]
    names = [name for fields in sent for name in fields]
    single = all(len(values) == 1 for fields in sent for values in fields.listvalues())
    if len(names) > FIELDS or len(set(names)) < len(names) or not single or (length != 0 and asked.files):
        refuse(400, "parameters")


def takes_json(view: View) -> View:
    """Have a view be sent JSON and nothing else. No form can send that, and from another site no script may."""
    view.takes_json = True  # type: ignore[attr-defined]
    return view


def wants_json(asked: Request) -> bool:
    """Whether this is for a view that takes JSON."""
    return of_api(asked.path) or hasattr(current_app.view_functions.get(asked.endpoint or ""), "takes_json")


def same_origin(asked: Request) -> bool:
    """Whether the browser says that one of our own pages sent this.

    Over https a form without any sign of its origin is refused. In the plain-http sandbox on loopback it passes,
    so that any program can walk the journey there; the form's token is needed in either case. JSON passes, too.
    """
    settings: Settings = current_app.extensions["settings"]
    if asked.headers.get("Sec-Fetch-Site", "same-origin") != "same-origin":
        return False
    origin = asked.headers.get("Origin") or origin_of(asked.headers.get("Referer", ""))
    if not origin:
        return "Sec-Fetch-Site" in asked.headers or not settings.secure or wants_json(asked)
    address = settings.console_url if of_console(asked.path) else ""
    return origin == origin_of(address or settings.public_url) or (
        settings.sandbox and origin == f"http://{asked.host}"
    )


def origin_of(address: str) -> str:
    """Scheme, host and port of an address; empty where it has none, and nobody's where it is no address."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return "unreadable"
    return f"{parts.scheme}://{parts.netloc}" if parts.netloc else ""


def trusted_proxies(settings: Settings) -> tuple[list[IPv4Network | IPv6Network], int]:
    """Networks of our proxies, and how many may stand in a row; a bare number means proxies on this machine."""
    text = settings.trusted_proxies.strip()
    if text.isdigit():
        return list(LOOPBACK), int(text)
    found = networks(text)
    return found, len(found)


def client_address() -> str:
    """The visitor's address: the first one, from our side, that is not a proxy of ours (rule R26)."""
    proxies, hops = current_app.extensions["proxies"]
    address = request.remote_addr or "0.0.0.0"  # noqa: S104 - the word for no address, nothing is bound
    forwarded = [part.strip() for part in request.headers.get("X-Forwarded-For", "").split(",") if part.strip()]
    while hops > 0 and forwarded and any(ip_address(address) in network for network in proxies):
        try:
            address = str(ip_address(forwarded.pop()))
        except ValueError:
            break
        hops -= 1
    return address
