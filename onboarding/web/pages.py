"""Error pages: what happened, what to do next, and nothing that was typed is lost."""

import logging
from dataclasses import dataclass

from flask import Flask, Response, make_response, render_template, request, session
from flask_babel import lazy_gettext as _l
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge

from onboarding.config import Settings
from onboarding.web import problems
from onboarding.web.cookie import of_console
from onboarding.web.requests import note_refusal

log = logging.getLogger(__name__)
RETRY_AFTER = 5  # seconds
KEPT = ("Allow",)  # headers of an error that its page has too


@dataclass(frozen=True)
class ErrorPage:
    """The words of one error page."""

    title: str
    message: str


PAGES = {
    400: ErrorPage(_l("The address or form is not right"), _l("Go back to the page before and try once more.")),
    403: ErrorPage(_l("This page is no longer valid"), _l("Open the page again and send it once more.")),
    404: ErrorPage(_l("Page not found"), _l("Check the address, or start again from the first page.")),
    405: ErrorPage(_l("This page cannot be opened that way"), _l("Start again from the first page.")),
    413: ErrorPage(_l("Too much was sent"), _l("Shorten what you entered and try again.")),
    415: ErrorPage(
        _l("The form was not sent in a way we can read"), _l("Open the page again and fill in the form.")
    ),
    422: ErrorPage(
        _l("This form was already sent with other content"), _l("Open the page again to see where you are.")
    ),
    429: ErrorPage(_l("Too many tries"), _l("Wait a few minutes, then try again.")),
    500: ErrorPage(
        _l("Something went wrong on our side"),
        _l("Nothing you entered before is lost. Try again in a minute."),
    ),
    503: ErrorPage(
        _l("The portal is busy"),
        _l("What you entered is kept on this page. Wait a few seconds, then send it again."),
    ),
}


def init_app(app: Flask, settings: Settings) -> None:
    """Answer every error with a page of ours, and tell all pages what the settings say."""
    known = {name: getattr(settings, name) for name in ("portal_name", "support_phone", "consent_version")}
    app.jinja_env.globals.update(known)
    app.register_error_handler(HTTPException, http_error)
    app.register_error_handler(CSRFError, foreign_form)
    app.register_error_handler(RequestEntityTooLarge, too_large)
    for kind in (OperationalError, InterfaceError, PoolTimeout):
        app.register_error_handler(kind, database_down)
    app.register_error_handler(Exception, our_fault)


def http_error(error: HTTPException) -> Response:
    """The page of an HTTP error; redirects and answers made by hand pass as they are."""
    if error.code is None or error.code < 400 or error.response is not None:
        return make_response(error.get_response())
    response = error_page(error.code)
    kept = [(name, text) for name, text in error.get_headers() if name in KEPT]
    response.headers.extend(kept)
    return response


def foreign_form(_error: CSRFError) -> Response:
    """A form without this browser's token (rule R23)."""
    note_refusal("csrf")
    return error_page(403)


def too_large(_error: RequestEntityTooLarge) -> Response:
    """More than a form of ours can be (P50)."""
    note_refusal("size")
    return error_page(413)


def database_down(error: Exception) -> Response:
    """The database does not answer: say so, keep what was typed, offer to send it again (rule R50)."""
    log.error("database unavailable: %s", type(error).__name__)
    response = error_page(503, retry=request.method == "POST")
    response.headers["Retry-After"] = str(RETRY_AFTER)
    return response


def our_fault(error: Exception) -> Response:
    """Anything unforeseen. The log gets where it happened, never the values in it."""
    frames, trace = [], error.__traceback__
    while trace is not None:
        frames.append(f"{trace.tb_frame.f_code.co_filename.rsplit('/', 2)[-1]}:{trace.tb_lineno}")
        trace = trace.tb_next
    log.error("unforeseen %s at %s", type(error).__name__, " > ".join(frames[-6:]))
    return error_page(500)


def error_page(status: int, *, retry: bool = False) -> Response:
    """One error page; with `retry` it carries the form that was sent, to be sent again. Programs get a problem."""
    if problems.of_api(request.path):
        return problems.of_status(status)
    session.undo_renewal()  # type: ignore[attr-defined]
    words = PAGES.get(status, PAGES[400 if status < 500 else 500])
    fields = {name: value for name, value in request.form.items() if name != "csrf_token"} if retry else None
    shown = {"title": words.title, "message": words.message, "status": status, "retry": fields}
    page = render_template("errors.html", **shown, console=of_console(request.path))
    return make_response(page, status)
