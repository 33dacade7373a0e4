"""Staff who are there already, without the way in."""

import secrets
from datetime import datetime
from uuid import UUID

from flask import Flask

from onboarding.accounts import staff, staff_sessions
from tests.machine.visitor import Visitor


def signed_in(app: Flask, now: datetime, client: Visitor, role: str, name: str) -> UUID:
    """Add a member of staff if there is none of this name and sign them in with this browser; returns their id."""
    token = secrets.token_urlsafe(32)
    with app.extensions["database"].transaction() as db:
        member = staff.by_name(db, name) or staff.add(db, now, name, role)
        staff_sessions.start(db, now, member, token, "passkey", "Chrome, Linux")
        client.set_cookie("staff", token)
        return member.id
