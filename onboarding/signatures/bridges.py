"""The ways from a page to a signing program on the citizen's computer, and what the page must allow."""

from dataclasses import dataclass

from onboarding.resources import N_

SHARED_SCRIPT = "signatures/computer.js"  # before the script of any bridge


@dataclass(frozen=True)
class Bridge:
    """A local signing program: for whose tokens, a script under `static/`, sources for the page's connect-src.

    `label` and `hint` are English message ids. A bridge without sources needs no permission of the browser.
    """

    name: str
    label: str
    hint: str
    script: str
    connect_sources: tuple[str, ...] = ()

    @property
    def scripts(self) -> tuple[str, ...]:
        """What a page loads when the person has chosen this bridge."""
        return (SHARED_SCRIPT, self.script)


VNPT = Bridge(
    name="vnpt",
    label=N_("A token of VNPT"),
    hint=N_("With the program VNPT-CA Plugin"),
    script="signatures/vnpt.js",
    connect_sources=tuple(f"wss://localhost:{port}" for port in (4433, 4434, 4435, 9201, 9202)),
)
VGCA = Bridge(
    name="vgca",
    label=N_("A token of the Government Cipher Committee"),
    hint=N_("For public offices, with the program VGCA Sign Service"),
    script="signatures/vgca.js",
    connect_sources=("wss://127.0.0.1:8987",),
)
WEB_EID = Bridge(
    name="web-eid",
    label=N_("Another token or card"),
    hint=N_("With the browser extension Web eID"),
    script="signatures/web-eid.js",
)

BRIDGES = (VNPT, VGCA, WEB_EID)
CONNECT_SOURCES = tuple(source for bridge in BRIDGES for source in bridge.connect_sources)
