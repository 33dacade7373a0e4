"""The options of `onboarding token-agent`."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from click import Choice, Option, get_app_dir
from click import Path as PathType

from onboarding.token_agent import vgca, vnpt

SOFTHSM = "/usr/lib/softhsm/libsofthsm2.so"  # where Debian has it
WEB_EID_EXTENSIONS = ("ncibgoaomkmdpilpocfeponihegamlic", "gnmckgbandlkacikdndelhfghdejfido")  # Chrome's, Edge's
ORIGINS = ("http://127.0.0.1:8000", "http://localhost:8000")

TOKEN = (
    Option(["--module"], help=f"PKCS#11 module of the token, if it is not {SOFTHSM}."),
    Option(
        ["--token-dir"],
        type=PathType(exists=True, file_okay=False, path_type=Path),
        help="Folder of a test token, as `onboarding sandbox token` makes it; its PIN is read from there.",
    ),
    Option(
        ["--pin", "pin_by"],
        type=Choice(["terminal", "pinentry"]),
        default="terminal",
        show_default=True,
        help="Where the PIN is asked for: here, or in a dialog of the program pinentry.",
    ),
    Option(["--serial"], default="", help="Serial number of the certificate to use, where there are several."),
    Option(
        ["--allow-origin", "origins"],
        multiple=True,
        default=ORIGINS,
        show_default=True,
        help="Address of a portal that may ask.",
    ),
    Option(
        ["--answer", "answers"],
        multiple=True,
        metavar="FUNCTION=ANSWER",
        help="For testers: answer a function of a protocol so, such as signCms=11 (see docs/token-agent.md). "
        "Without --module and --token-dir a token is made up.",
    ),
)
SOCKETS = (
    Option(
        ["--sign-hashes"],
        is_flag=True,
        help="Also sign bare hashes (VGCA SignMsg), though nobody can see what they stand for.",
    ),
    Option(
        ["--dir", "folder"],
        type=PathType(file_okay=False, path_type=Path),
        default=lambda: Path(get_app_dir("onboarding-token-agent")),
        help="Folder for the agent's own TLS certificate.",
    ),
    Option(
        ["--port", "ports"],
        type=int,
        multiple=True,
        default=vnpt.PORTS,
        show_default=True,
        help="Port of the VNPT-CA plug-in; the first free one is taken.",
    ),
    Option(["--vgca-port"], default=vgca.PORT, show_default=True, help="Port of the VGCA Sign Service."),
)


def as_arguments(values: Mapping[str, Any]) -> list[str]:
    """The token's options as somebody would type them again, for a program that is started later."""
    arguments = []
    for option in TOKEN:
        value = values[str(option.name)]
        for each in value if isinstance(value, tuple) else (value,):
            if each:
                arguments += [option.opts[0], str(each.resolve() if isinstance(each, Path) else each)]
    return arguments
