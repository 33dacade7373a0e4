"""Every setting: its name, its default and one sentence. `ONBOARDING_<NAME>` in the environment sets it.

The security parameters carry the ids of the project's parameter table (`docs/security.md`) and a bound:
production refuses to start with a looser value.
"""

from collections.abc import Callable
from dataclasses import Field, dataclass, field, fields
from ipaddress import ip_network
from pathlib import Path
from typing import Any, Literal

PREFIX = "ONBOARDING_"


def setting(
    default: Any,
    sentence: str,
    *,
    secret: bool = False,
    required: bool = False,
    at_most: int | None = None,
    at_least: int | tuple[int, ...] | None = None,
) -> Any:
    """A field of Settings with its sentence and what production holds it to; a secret is always required."""
    bounds = {"required": required or secret, "at_most": at_most, "at_least": at_least}
    return field(default=default, metadata={"sentence": sentence, "secret": secret, **bounds})


@dataclass(frozen=True)
class Settings:
    """What a deployment may set. Read from the environment by `read`; tests make one directly."""

    mode: Literal["production", "sandbox"] = setting(
        "production", "`production`, or `sandbox` for trying things out."
    )
    instance: Path = setting(
        Path("instance"), "Folder for what the program makes itself: database file, sandbox keys."
    )
    public_url: str = setting(
        "", "Address under which citizens reach the portal; https in production.", required=True
    )
    console_url: str = setting(
        "", "Address of the console where it has a host name of its own, https in production; empty: the portal's."
    )
    database_url: str = setting(
        "", "SQLAlchemy address of the database; empty: a SQLite file in the instance folder."
    )
    trusted_proxies: str = setting(
        "", "Networks of our own proxies, comma separated, or how many stand before us here."
    )
    metrics_networks: str = setting("", "Networks that `/metrics` answers to, comma separated; empty: nobody.")
    secret_key: str = setting("", "Signs forms; 32 random bytes in base64.", secret=True)
    data_keys: str = setting(
        "", "Keys that seal personal data, 32 bytes each in base64, comma separated, newest first.", secret=True
    )
    index_key: str = setting("", "Key of the blind indexes, 32 random bytes in base64.", secret=True)

    portal_name: str = setting("Cổng Dịch vụ công tỉnh Hậu Giang", "Name of the portal, on every page.")
    support_phone: str = setting("1022", "Telephone number of the one-stop centre.")
    trust: str = setting(
        "", "Folder of the certificate issuers' anchors and CRLs; empty: `trust` in the instance folder."
    )
    vnpt_licence: str = setting("", "Licence of the VNPT plug-in for this host, base64; empty: none is set.")
    hash_signatures: int = setting(
        0, "1: take bare signatures over a hash too, whose signers cannot be shown what they sign (security.md)."
    )
    consent_version: str = setting("2026-01", "Version of the personal-data text that citizens agree to.")

    sms_gateway: str = setting("", "Gateways for messages, first choice first; a sandbox has one.", required=True)
    sms_addresses: str = setting("", "Their addresses: `kannel=http://user:password@127.0.0.1/..`, then a blank.")
    sms_sender: str = setting("", "Whom text messages come from: the registered brand name or short number.")
    sms_file: str = setting("", "File of the gateway `file`: one JSON object a line.")
    sms_daily_budget: int = setting(
        20_000, "P12: text messages a day before the breaker opens.", at_most=1_000_000
    )
    sms_prefix_budget: int = setting(4_000, "P12: text messages a day to one number prefix.", at_most=1_000_000)
    sms_conversion_floor: int = setting(
        20, "P13: percent of sent codes that must be entered, by prefix and network.", at_least=10
    )

    code_seconds: int = setting(600, "P03: life of a phone code.", at_most=600)
    code_tries: int = setting(5, "P04: wrong entries for one code.", at_most=5)
    code_waits: tuple[int, ...] = setting(
        (30, 60, 120), "P07: seconds before the second, the third and every further code.", at_least=(30, 60, 120)
    )
    number_hourly_sends: int = setting(5, "P08: codes to one number in an hour.", at_most=5)
    number_daily_sends: int = setting(10, "P08: codes to one number in a day.", at_most=10)
    known_hourly_sends: int = setting(2, "P08: codes in an hour on top, for known browsers.", at_most=2)
    known_daily_sends: int = setting(4, "P08: codes in a day on top, for known browsers.", at_most=4)
    ip_minute_sends: int = setting(3, "P09: code requests from one address in a minute.", at_most=3)
    ip_posts: int = setting(
        25,
        "P09: phone-step posts from one address in five minutes, calls asked for in an hour; four times as many"
        " journeys begin in five minutes.",
        at_most=25,
    )
    shared_networks: str = setting(
        "", "P10: carrier networks where many citizens share an address, comma separated."
    )
    shared_factor: int = setting(10, "P10: how many times higher P09 is for those networks.", at_most=100)
    slow_mode_failures: int = setting(
        500, "P14: wrong entries in 15 minutes, all accounts, before slow mode.", at_most=2_500
    )
    lock_failures: int = setting(5, "P15: wrong entries in a row before each lock.", at_most=5)
    lock_minutes: tuple[int, ...] = setting(
        (10, 30, 120), "P15: minutes of the first, the second and every further lock.", at_least=(10, 30, 120)
    )
    closed_to_unknown: int = setting(
        60, "P18: wrong entries in a row that close a number to unknown browsers.", at_most=60
    )
    closed: int = setting(100, "P18: wrong entries in a row that close a number to all.", at_most=100)
    browser_days: int = setting(180, "P17: days that a browser stays known.", at_most=180)
    idle_seconds: int = setting(900, "P23: a sign-in ends after this long without a click.", at_most=900)
    absolute_seconds: int = setting(43_200, "P24: a sign-in ends after this long in any case.", at_most=43_200)
    reauthentication_seconds: int = setting(
        300, "P25: a proof of who somebody is allows changes to the ways in for this long.", at_most=300
    )
    parallel_sessions: int = setting(5, "P26: open sign-ins of one citizen.", at_most=5)
    journey_days: int = setting(7, "P27: days that an unfinished journey is kept.", at_most=7)
    challenge_seconds: int = setting(300, "P32: life of a USB challenge.", at_most=300)
    api_reads: int = setting(600, "What one service may read by the API in a minute, in each worker.")
    api_writes: int = setting(120, "What one service may change by the API in a minute.")

    @property
    def sandbox(self) -> bool:
        """Whether this is a sandbox."""
        return self.mode == "sandbox"

    @property
    def secure(self) -> bool:
        """Whether citizens come over https: then cookies are Secure and have the `__Host-` prefix."""
        return self.public_url.startswith("https://")


Read = Callable[[], Settings]  # by which a command gets them once it needs them
SETTINGS: tuple[Field[Any], ...] = fields(Settings)


def shown(value: Any) -> str:
    """A value as it is written in the environment."""
    return ",".join(map(str, value)) if isinstance(value, tuple) else str(value)


def networks(text: str) -> list[Any]:
    """The networks in a comma-separated list."""
    return [ip_network(part.strip()) for part in text.split(",") if part.strip()]
