"""Addresses for operations: is the process alive, can it serve, what is it doing."""

from ipaddress import ip_address
from urllib.parse import urlsplit

from flask import Blueprint, Response, abort, current_app, jsonify, request
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from onboarding.config import Settings, networks
from onboarding.health.metrics import figures
from onboarding.web import requests
from onboarding.web.requests import client_address
from onboarding.work import current_session

health = Blueprint("health", __name__)

FORWARDED = ("Forwarded", "Via", "X-Forwarded-For", "X-Real-IP")  # what a proxy adds


@health.get("/health/live")
def live() -> Response:
    """The process answers."""
    return jsonify(status="live")


@health.get("/health/ready")
def ready() -> tuple[Response, int]:
    """The database answers and has the schema."""
    try:
        with current_app.extensions["database"].transaction(write=False) as db:
            db.execute(text("SELECT version_num FROM alembic_version"))
    except SQLAlchemyError:
        return jsonify(status="not ready", database="unavailable"), 503
    return jsonify(status="ready", database="ok"), 200


@health.get("/metrics")
def metrics() -> Response:
    """What becomes of text messages, for Prometheus; 404 for whoever is not of our monitoring."""
    if not monitoring(current_app.extensions["settings"]):
        abort(404)
    told = figures(current_session(), requests.now())
    return Response(told, content_type="text/plain; version=0.0.4; charset=utf-8")


def monitoring(settings: Settings) -> bool:
    """Whether the visitor comes from one of the networks of the settings.

    What came by a proxy that the settings do not name has that proxy's address, whoever sent it.
    """
    public = settings.secure and request.host.lower() == urlsplit(settings.public_url).netloc
    proxied = public or any(header in request.headers for header in FORWARDED)
    if proxied and not settings.trusted_proxies.strip():
        return False
    return any(ip_address(client_address()) in network for network in networks(settings.metrics_networks))
