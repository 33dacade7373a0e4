"""The browser's cookie: one opaque token, nothing else (rule R02, P21, P22). The console has one of its own (R27).

Flask's `session` is this token with what is derived from it. Rooms find their rows by the token's hash; a row is
written by the first POST, so a GET writes nothing.
"""

import base64
import hmac
import re
import secrets
from typing import Any

from flask import Flask, Request, Response, current_app, g, request
from flask.sessions import SessionInterface, SessionMixin

FORM_TOKEN = "csrf_token"  # noqa: S105 - the name by which Flask-WTF asks for it
TOKEN = re.compile(r"[A-Za-z0-9_-]{43}")


class BrowserSession(dict[str, Any], SessionMixin):
    """One browser's token. `csrf_token` is derived from it, so a form of an earlier token is refused."""

    def __init__(self, cookie: str, token: str | None, secret: str) -> None:
        super().__init__()
        self.cookie = cookie
        self._secret = secret
        self.used = False
        self.new = self._came_new = token is None
        self._first = token or secrets.token_urlsafe(32)
        self._adopt(self._first)

    @property
    def token(self) -> str:
        """256 random bits, as text."""
        self.used = True
        return self._token

    def renew(self, form_id: str | None = None) -> str:
        """A new token: after every proof of who somebody is, and after signing out (rule R24).

        With `form_id`, a random name of one form, the new token follows from the old one and that form: a form
        sent twice ends with one token, and nobody without our key can tell it.
        """
        self.new = True
        follow = self._mac(f"renew {form_id} {self._token}")
        token = base64.urlsafe_b64encode(follow).decode().rstrip("=") if form_id else secrets.token_urlsafe(32)
        self._adopt(token)
        g.pop(FORM_TOKEN, None)  # Flask-WTF keeps the form token of this request there
        return self.token

    def undo_renewal(self) -> None:
        """Back to the token of before: what the request did was rolled back, its renewal too."""
        self.new = self._came_new
        self._adopt(self._first)
        g.pop(FORM_TOKEN, None)

    def _adopt(self, token: str) -> None:
        self._token = token
        self.pop(FORM_TOKEN, None)

    def _mac(self, text: str) -> bytes:
        return hmac.digest(self._secret.encode(), text.encode(), "sha256")

    def __contains__(self, key: object) -> bool:
        return key == FORM_TOKEN or super().__contains__(key)

    def __missing__(self, key: str) -> Any:
        """The secret of this token's forms, made where a form asks for it: most requests have none."""
        if key != FORM_TOKEN:
            raise KeyError(key)
        self[key] = self._mac(f"csrf {self._token}").hex()
        return self[key]

    def __getitem__(self, key: str) -> Any:
        self.used = True
        return super().__getitem__(key)


class BrowserSessions(SessionInterface):
    """Reads the token from the cookie and sets a new one where the response needs it."""

    def open_session(self, app: Flask, request: Request) -> BrowserSession:
        """The token that came, or a fresh one where none or something else came."""
        cookie = "staff" if of_console(request.path) else "session"
        token = request.cookies.get(cookie_name(app, cookie), "")
        return BrowserSession(cookie, token if TOKEN.fullmatch(token) else None, app.config["SECRET_KEY"])

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        """Set the cookie where the token is new and somebody used it."""
        assert isinstance(session, BrowserSession)
        if session.new and session.used:
            set_cookie(response, session.cookie, session.token)


def of_console(path: str) -> bool:
    """Whether an address is the console's, which staff have cookies, and may have a host, of their own for."""
    return f"{path}/".startswith("/console/")


def cookie_name(app: Flask, name: str) -> str:
    """The cookie's name: with the `__Host-` prefix wherever citizens come over https."""
    return f"__Host-{name}" if app.config["SESSION_COOKIE_SECURE"] else name


def read_cookie(name: str) -> str | None:
    """The value of a cookie that this request brought."""
    return request.cookies.get(cookie_name(current_app, name))


def set_cookie(response: Response, name: str, value: str, seconds: int | None = None) -> None:
    """Set a cookie that scripts cannot read and other sites do not send along with a POST."""
    app = current_app
    response.set_cookie(
        cookie_name(app, name),
        value,
        max_age=seconds,
        secure=app.config["SESSION_COOKIE_SECURE"],
        httponly=True,
        samesite="Lax",
    )


def drop_cookie(response: Response, name: str) -> None:
    """Have the browser forget a cookie, where it has it."""
    if read_cookie(name) is not None:
        secure = current_app.config["SESSION_COOKIE_SECURE"]
        response.delete_cookie(cookie_name(current_app, name), secure=secure, httponly=True, samesite="Lax")
