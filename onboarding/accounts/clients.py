"""Clients: the services that citizens sign in to through their account (OpenID Connect Core, RFC 6749).

Registered by an administrator, never by the service itself. A secret has 256 bits and is stored as a hash (P44).
"""

import hashlib
import hmac
import re
import secrets
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit
from uuid import UUID

from sqlalchemy import JSON, bindparam, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from onboarding.accounts import signing_keys
from onboarding.accounts.signing_keys import ALGORITHM
from onboarding.db import Base, HasId

SECRET, KEYS = "client_secret_basic", "private_key_jwt"
SCOPES = ("openid", "profile", "phone", "national_id")
MOST_ADDRESSES = 10
LONGEST = 500  # characters of an address
LOOPBACK = ("127.0.0.1", "::1", "localhost")
OURS = {"code", "state", "iss", "error"}  # what an answer adds to an address: twice in it, who knows which counts
ODD = re.compile(r"[\s\\*#]|[^\x21-\x7e]")
NOBODY = bytes(32)  # stands in for the hash of a client that has no secret, or does not exist


class WrongClient(Exception):
    """A registration that would not be safe; the message tells the administrator what to mend."""


class Client(HasId, Base):
    """A service. `sector` is whom a citizen's `sub` is the same for (P46); `jwks` its public keys, if it signs.

    It is told of sign-ins that ended at `backchannel_logout_uri` (OpenID Connect Back-Channel Logout, 2.2) and of
    what became of an account at `events_uri` (RFC 8935).
    `id_token_algorithm` is what its ID tokens are signed by (P41; registered as `id_token_signed_response_alg`).
    """

    __tablename__ = "clients"

    name: Mapped[str] = mapped_column(unique=True)
    redirect_uris: Mapped[list[str]] = mapped_column(JSON)
    logout_uris: Mapped[list[str]] = mapped_column(JSON)
    secret_hash: Mapped[bytes | None]
    jwks: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    sector: Mapped[str]
    scopes: Mapped[list[str]] = mapped_column(JSON)
    refreshes: Mapped[bool]
    backchannel_logout_uri: Mapped[str | None]
    events_uri: Mapped[str | None]
    id_token_algorithm: Mapped[str]
    registered_at: Mapped[datetime]

    @property
    def auth_method(self) -> str:
        """How it proves who it is (RFC 7591, section 2)."""
        return KEYS if self.jwks else SECRET


def add(
    db: Session,
    now: datetime,
    name: str,
    redirect_uris: Sequence[str],
    *,
    logout_uris: Sequence[str] = (),
    scopes: Sequence[str] = ("openid", "profile"),
    sector: str | None = None,
    jwks: dict[str, Any] | None = None,
    refreshes: bool = True,
    backchannel_logout_uri: str | None = None,
    events_uri: str | None = None,
    id_token_algorithm: str = ALGORITHM,
    loopback: bool = False,
) -> tuple[Client, str | None]:
    """Register a service; returns it with its secret, which is shown this once, or None where it has keys.

    `loopback` lets addresses of the developer's own computer in: for a sandbox only. Raises WrongClient.
    """
    check_name(db, name)
    check_addresses(redirect_uris, logout_uris, (backchannel_logout_uri, events_uri), loopback=loopback)
    if unknown := set(scopes) - set(SCOPES):
        raise WrongClient(f"no such scope: {', '.join(sorted(unknown))}")
    secret = None if jwks else secrets.token_urlsafe(32)
    client = Client(
        name=name,
        redirect_uris=list(redirect_uris),
        logout_uris=list(logout_uris),
        secret_hash=hashed(secret) if secret else None,
        jwks=jwks,
        sector=sector or common_host(redirect_uris),
        scopes=[scope for scope in SCOPES if scope in {"openid", *scopes}],
        refreshes=refreshes,
        backchannel_logout_uri=backchannel_logout_uri,
        events_uri=events_uri,
        id_token_algorithm=id_token_algorithm,
        registered_at=now,
    )
    db.add(client)
    db.flush()
    signing_keys.current(db, now, id_token_algorithm)  # a first RSA key takes a second: not in a citizen's sign-in
    return client, secret


def common_host(redirect_uris: Sequence[str]) -> str:
    """The sector of a service that names none. Raises WrongClient where its addresses are on several hosts."""
    hosts = {str(urlsplit(address).hostname) for address in redirect_uris}
    if len(hosts) > 1:
        raise WrongClient("redirect addresses on several hosts need a named sector")
    return hosts.pop()


def check_name(db: Session, name: str) -> None:
    """Raise WrongClient unless the name can stand on citizens' pages and is nobody else's."""
    if not 1 <= len(name) <= 60 or name != name.strip() or not name.isprintable():
        raise WrongClient("a name has 1 to 60 printable characters")
    if db.scalar(select(Client.id).where(Client.name == name)) is not None:
        raise WrongClient("another service has this name")


def check_addresses(
    redirect_uris: Sequence[str], logout_uris: Sequence[str], told_at: Sequence[str | None], *, loopback: bool
) -> None:
    """Raise WrongClient unless there are addresses, not too many, and each is safe."""
    if not 1 <= len(redirect_uris) <= MOST_ADDRESSES or len(logout_uris) > MOST_ADDRESSES:
        raise WrongClient(f"between one and {MOST_ADDRESSES} redirect addresses are needed")
    for address in (*redirect_uris, *logout_uris, *(one for one in told_at if one is not None)):
        check_address(address, loopback=loopback)


def check_address(address: str, *, loopback: bool) -> None:
    """Raise WrongClient unless it is an https address without user, fragment or wildcard (attack D21)."""
    try:
        parts = urlsplit(address)
        host = parts.hostname
        _ = parts.port
    except ValueError:
        raise WrongClient(f"not an address: {address[:LONGEST]}") from None
    local = loopback and parts.scheme == "http" and host in LOOPBACK
    if len(address) > LONGEST or ODD.search(address) or not host or "@" in parts.netloc:
        raise WrongClient(f"not an address that can be redirected to: {address[:LONGEST]}")
    if OURS & parse_qs(parts.query, keep_blank_values=True).keys():
        raise WrongClient(f"an address has no parameter that an answer has: {address}")
    if parts.scheme != "https" and not local:
        raise WrongClient(f"an address begins with https://: {address}")


BY_ID = select(Client).where(Client.id == bindparam("its_id"))


def find(db: Session, client_id: str) -> Client | None:
    """The client of that `client_id`."""
    try:
        known = UUID(client_id)
    except ValueError:
        return None
    return db.scalar(BY_ID, {"its_id": known}) if str(known) == client_id else None


def hashed(secret: str) -> bytes:
    """What is stored of a secret; 256 random bits need no slow hash."""
    return hashlib.sha256(secret.encode()).digest()


def holds(client: Client | None, secret: str) -> bool:
    """Whether it is the client's secret. An unknown client takes as long as a wrong secret (attack D27)."""
    kept = client.secret_hash if client is not None and client.secret_hash else NOBODY
    return hmac.compare_digest(kept, hashed(secret))


def logout_address(db: Session, client_id: str, onward: str, state: str) -> str | None:
    """Where a citizen goes after signing out at this client's wish: only to an address that it has registered."""
    client = find(db, client_id)
    if client is None or onward not in client.logout_uris:
        return None
    return f"{onward}{'&' if '?' in onward else '?'}{urlencode({'state': state})}" if state else onward
