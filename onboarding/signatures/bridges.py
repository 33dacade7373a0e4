"""The ways from a page to a signing program on the citizen's computer, and what the page must allow."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Bridge:
    """A local signing program: a script under `static/`, and sources for the page's CSP connect-src."""

    name: str
    script: str
    connect_sources: tuple[str, ...]


VNPT = Bridge(
    name="vnpt",
    script="signatures/vnpt.js",
    connect_sources=tuple(f"wss://localhost:{port}" for port in (4433, 4434, 4435, 9201, 9202)),
)

BRIDGES = (VNPT,)
PAGE_SCRIPT = "signatures/usb.js"  # after the bridges' scripts
