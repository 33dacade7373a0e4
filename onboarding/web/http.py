"""Requests and responses as Flask has them, with what every one of them pays for found in fewer steps."""

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import flask
from werkzeug.datastructures import Headers, ImmutableMultiDict, MultiDict
from werkzeug.http import parse_cookie
from werkzeug.routing import MapAdapter
from werkzeug.utils import cached_property

from onboarding.work import TransactionalFlask

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

WITHOUT_BODY = (204, 304)
URI = re.compile(r"[!-~]*")  # nothing in it has to be quoted (RFC 3986, 2)


class Flask(TransactionalFlask):
    """Flask that does not ask again and again what is the same in every request."""

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        """Views and hooks are plain functions here."""
        return func

    def create_url_adapter(self, request: flask.Request | None) -> MapAdapter | None:
        """Addresses as this request has them: it stands at the root of its host, and knows no other names."""
        if request is None:
            return super().create_url_adapter(request)
        asked = request.host, request.root_path, "", request.scheme, request.path, request.method
        return MapAdapter(self.url_map, *asked, request.query_string.decode("latin-1"))

    def redirect(self, location: str, code: int = 302) -> flask.Response:
        """On to an address, without a page that says so: browsers show none, a weak network has to carry it."""
        return self.response_class("", code, {"Location": location})


class Request(flask.Request):
    """A request whose cookies are read from their one header, not looked for among all."""

    @cached_property
    def cookies(self) -> MultiDict[str, str]:  # type: ignore[override]  # Werkzeug does not type what it makes
        """The cookies that came, by name; of two of one name the first."""
        return parse_cookie(self.environ.get("HTTP_COOKIE"), cls=ImmutableMultiDict)


class Response(flask.Response):
    """A response whose headers go out as they stand: ours have their length, and addresses that are quoted."""

    def get_wsgi_headers(self, environ: "WSGIEnvironment") -> Headers:
        """The headers as they stand; where something is to be added or taken away, as Werkzeug makes them."""
        whole = self.status_code not in WITHOUT_BODY and "Content-Length" in self.headers
        if whole and URI.fullmatch(self.headers.get("Location", "")):
            return self.headers
        return super().get_wsgi_headers(environ)
