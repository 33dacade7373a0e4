"""Addresses for operations: is the process alive, can it serve, what is it doing."""

from flask import Blueprint, Response, current_app, jsonify
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

health = Blueprint("health", __name__)


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
