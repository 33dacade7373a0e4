"""Accounts for a province's public-service portal: the one place where the rooms meet."""

from datetime import datetime
from functools import partial
from importlib import import_module
from pathlib import Path

from flask import Flask, Response, g
from flask_compress import Compress
from flask_login import LoginManager
from flask_wtf import CSRFProtect
from sqlalchemy.exc import SQLAlchemyError

from onboarding import environment
from onboarding.accounts import events, limits
from onboarding.accounts.limits import InMemory
from onboarding.api.addresses import api as api_addresses
from onboarding.citizen.pages import pages as citizen_pages
from onboarding.citizen.signed_in import anybody, of_request
from onboarding.clock import Clock
from onboarding.config import Settings
from onboarding.console.pages import pages as console_pages
from onboarding.db import Database
from onboarding.delivery.pages import delivery
from onboarding.errors import SettingsError
from onboarding.health.pages import health
from onboarding.installation import clock_of, completed
from onboarding.journey import desk
from onboarding.journey.asides import asides
from onboarding.journey.challenge import usb
from onboarding.journey.first import ANSWERS
from onboarding.journey.pages import pages as journey_pages
from onboarding.journey.usb_findings import usb_check
from onboarding.oidc.endpoints import endpoints
from onboarding.oidc.leaving import leaving
from onboarding.oidc.pages import pages as oidc_pages
from onboarding.portal.pages import pages as portal_pages
from onboarding.portal.portlets import PORTLETS
from onboarding.portal.visits import VisitCounter
from onboarding.resources import folder
from onboarding.signatures.trust import Trust
from onboarding.sms.texts import Texts
from onboarding.web import assets, cookie, headers, http, language, pages, requests
from onboarding.work import apart, end_work


def create_app(settings: Settings | None = None, clock: Clock | None = None) -> Flask:
    """The whole portal as a WSGI application.

    Raises:
        SettingsError: with everything that keeps these settings from being used.
    """
    settings = completed(settings or environment.read())
    app = http.Flask(__name__, template_folder=str(folder("templates")), static_folder=None)
    app.request_class, app.response_class = http.Request, http.Response
    app.jinja_options = {"trim_blocks": True, "lstrip_blocks": True}
    app.config.update(
        SECRET_KEY=settings.secret_key,
        SESSION_COOKIE_SECURE=settings.secure,
        WTF_I18N_ENABLED=False,  # every message of a form is one of ours
        WTF_CSRF_TIME_LIMIT=None,  # a form is valid as long as the browser's token
        WTF_CSRF_SSL_STRICT=False,  # the origin is checked in web.requests, before every view
        REMEMBER_COOKIE_NAME="__Host-never",  # no sign-in outlives its browser; this name cannot be planted
        BABEL_DEFAULT_TIMEZONE="Asia/Ho_Chi_Minh",
        COMPRESS_MIMETYPES=["text/html", "application/json"],
    )
    app.extensions["settings"] = settings
    app.extensions["clock"] = clock or clock_of(settings)
    app.extensions["database"] = Database.of(settings)
    app.extensions["visits"] = VisitCounter(app.extensions["database"], app.extensions["clock"])
    app.extensions["hits"] = InMemory()
    app.extensions["trust"] = trust_of(settings)
    app.extensions["texts"] = Texts.of(settings)
    app.extensions["kept_pages"] = {}
    app.extensions["signing_keys"] = {}
    app.extensions["answers"] = {answer.value: answer.label for answer in ANSWERS}
    app.extensions["portlets"] = PORTLETS
    app.extensions["signed_in"] = anybody
    app.extensions["journey"] = desk
    join(app, settings)
    return app


def trust_of(settings: Settings) -> Trust:
    """The certificate issuers trusted here. Raises SettingsError where a file is no certificate (rule R30)."""
    try:
        return Trust.load(Path(settings.trust))
    except (ValueError, OSError) as error:
        raise SettingsError([f"ONBOARDING_TRUST={settings.trust} cannot be used: {error}"]) from None


def join(app: Flask, settings: Settings) -> None:
    """Put what every answer gets around the rooms, and open the rooms."""
    app.session_interface = cookie.BrowserSessions()
    app.after_request(partial(record_refusal, app))
    requests.init_app(app, settings)
    headers.init_app(app, settings)
    language.init_app(app)
    pages.init_app(app, settings)
    assets.init_app(app)
    csrf = CSRFProtect(app)
    for programs in (endpoints, api_addresses):
        csrf.exempt(programs)
    Compress(app)
    login = LoginManager()
    app.login_manager = login  # type: ignore[attr-defined]  # not by init_app: nothing is remembered, no page asks
    login.request_loader(of_request)
    login.session_protection = None  # the sign-in is found by the cookie's token alone
    for room in (
        portal_pages,
        journey_pages,
        asides,
        usb,
        usb_check,
        citizen_pages,
        console_pages,
        oidc_pages,
        leaving,
        endpoints,
        api_addresses,
        delivery,
        health,
    ):
        app.register_blueprint(room)
    if settings.sandbox:
        import_module("onboarding.sandbox.door").open_room(app, csrf)


def record_refusal(app: Flask, response: Response) -> Response:
    """Leave one event of a request that was refused for its shape or origin (rule R48).

    In a transaction of its own, because the request's is rolled back; without a database there is no record.
    """
    if "refused" in g:
        end_work()
        now = app.extensions["clock"].now()
        try:
            if is_recorded(app, now):
                with apart() as db:
                    events.record(db, now, "request-refused", **g.refused)
        except SQLAlchemyError as error:
            app.logger.error("a refusal was not recorded: %s", type(error).__name__)  # noqa: TRY400
    return response


def is_recorded(app: Flask, now: datetime) -> bool:
    """Whether this refusal is one of those of its reason and service that a process records in a minute."""
    limit = limits.refusals(" ".join(g.refused.values()))
    free, hits = app.extensions["hits"].spend(now, limit)
    if free and len(hits) == limit.most:
        app.logger.warning("refused a hundredth time in a minute, and recorded no more: %s", limit.key)
    return bool(free)
