"""Style sheets, scripts and pictures: read and compressed once at the start, cached by browsers for ever."""

import gzip
import hashlib
import mimetypes
from functools import cache
from pathlib import Path

import brotli
from flask import Flask, Response, abort, request

from onboarding.resources import folder

FOREVER = "public, max-age=31536000, immutable"


class Asset:
    """One file in the forms that browsers take."""

    def __init__(self, path: Path) -> None:
        plain = path.read_bytes()
        self.type = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
        self.digest = hashlib.sha256(plain).hexdigest()[:16]
        self.forms = {
            "br": brotli.compress(plain),
            "gzip": gzip.compress(plain, 9, mtime=0),
            "identity": plain,
        }


@cache
def read(root: Path) -> dict[str, Asset]:
    """The files of a folder by their paths in it, once for all applications of a process."""
    return {str(path.relative_to(root)): Asset(path) for path in root.rglob("*") if path.is_file()}


def init_app(app: Flask) -> None:
    """Serve `static/` under addresses that change with the content; `static_url` gives a file's address."""
    assets = read(folder("static"))

    def static_url(name: str) -> str:
        return f"/static/{assets[name].digest}/{name}"

    @app.get("/static/<digest>/<path:name>")
    def static_file(digest: str, name: str) -> Response:
        asset = assets.get(name)
        if asset is None or asset.digest != digest:
            abort(404)
        form = request.accept_encodings.best_match(["br", "gzip"]) or "identity"
        response = Response(asset.forms[form], mimetype=asset.type)
        response.headers["Cache-Control"] = FOREVER
        response.headers["Vary"] = "Accept-Encoding"
        if form != "identity":
            response.headers["Content-Encoding"] = form
        return response

    app.jinja_env.globals["static_url"] = static_url
