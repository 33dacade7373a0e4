"""The line to a gateway: where it is and how long we wait; and over HTTP, what a failure says of a message."""

import json
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from ipaddress import ip_address
from typing import Any, Self
from urllib.parse import parse_qsl, unquote, urlsplit

from urllib3 import PoolManager, Timeout
from urllib3.exceptions import ConnectTimeoutError, HTTPError, NewConnectionError, SSLError
from urllib3.util import make_headers

from onboarding.config import PREFIX, Settings
from onboarding.errors import SettingsError
from onboarding.sms.gateway import LINES, GatewayRefused, OutcomeUnknown

VARIABLE = f"{PREFIX}SMS_ADDRESSES"
CONNECT = 3.0  # seconds
READ = 7.0  # seconds; both together are `claims.SEND_TIME`
ANSWER_BYTES = 64 * 1024


@dataclass(frozen=True)
class Endpoint:
    """Where a gateway listens and as whom we come, in one address: `https://user:password@host/path?more=...`."""

    url: str
    user: str
    password: str = field(repr=False)
    options: Mapping[str, str]

    @classmethod
    def of(cls, settings: Settings, gateway: str, scheme: str = "http") -> Self:
        """The endpoint that the setting `sms_addresses` has for a gateway; with an `s` more, the scheme is safe.

        Raises:
            SettingsError: where it is missing, or would show codes and password to others on the way.
        """
        named = dict(part.split("=", 1) for part in settings.sms_addresses.split() if "=" in part)
        parts = urlsplit(named.get(gateway, ""))
        safe = f"{scheme}s"
        if parts.scheme not in (scheme, safe) or not parts.hostname or not parts.username:
            raise SettingsError([f"{VARIABLE} has nothing like `{gateway}={safe}://user:password@host/path`."])
        if parts.scheme == scheme and not near(parts.hostname):
            raise SettingsError([f"{VARIABLE}: `{gateway}` needs {safe}, or a private address such as 127.0.0.1."])
        url = parts._replace(netloc=parts.netloc.rpartition("@")[2], query="", fragment="").geturl()
        return cls(url, unquote(parts.username), unquote(parts.password or ""), dict(parse_qsl(parts.query)))


def near(host: str) -> bool:
    """Whether a host is an address of this machine or of a private network."""
    try:
        return ip_address(host).is_private
    except ValueError:
        return host == "localhost"


@dataclass(frozen=True)
class Answer:
    """What a gateway answered."""

    status: int
    text: str

    def json(self) -> dict[str, Any]:
        """The object in a good answer.

        Raises:
            GatewayRefused: for a status that says that nothing was done; redirects are not followed.
            OutcomeUnknown: for a fault on the other side, and for what is no object.
        """
        if 300 <= self.status < 500:
            raise GatewayRefused(f"status {self.status}", final=False)
        if self.status != 200:
            raise OutcomeUnknown(f"status {self.status}")
        try:
            found = json.loads(self.text)
        except (ValueError, RecursionError):
            raise unreadable() from None
        if not isinstance(found, dict):
            raise unreadable()
        return found


def unreadable() -> OutcomeUnknown:
    """An answer that no description of the gateway knows."""
    return OutcomeUnknown("unreadable answer")


class Line:
    """Kept connections to one gateway. The environment's proxies are not asked, redirects not followed."""

    def __init__(self) -> None:
        timeout = Timeout(connect=CONNECT, read=READ)
        self._pool = PoolManager(num_pools=1, maxsize=LINES, retries=False, timeout=timeout)

    def post_json(self, url: str, body: Any, user: str = "", password: str = "") -> Answer:
        """Post an object, with basic authentication where a user is given. Raises as `post` does."""
        headers = make_headers(basic_auth=f"{user}:{password}") if user else {}
        return self.post(url, {"Content-Type": "application/json", **headers}, json.dumps(body).encode())

    def post(self, url: str, headers: Mapping[str, str], body: bytes) -> Answer:
        """Post once.

        Raises:
            GatewayRefused: where nothing of it can have arrived.
            OutcomeUnknown: where it may have.
        """
        try:
            response = self._pool.request(
                "POST", url, headers=headers, body=body, redirect=False, preload_content=False
            )
            text = response.read(ANSWER_BYTES)
            response.drain_conn() if len(text) < ANSWER_BYTES else response.close()
        except HTTPError as error:
            raise failure(error) from None
        return Answer(response.status, text.decode("utf-8", "replace"))


def failure(error: HTTPError) -> GatewayRefused | OutcomeUnknown:
    """What a failure below HTTP says: before there was a connection nothing was sent."""
    cause = error.args[0] if isinstance(error, SSLError) and error.args else None
    if isinstance(error, NewConnectionError | ConnectTimeoutError):
        return GatewayRefused("no connection", final=False)
    if isinstance(cause, ssl.SSLCertVerificationError):
        return GatewayRefused("certificate not trusted", final=False)
    return OutcomeUnknown(type(error).__name__)
