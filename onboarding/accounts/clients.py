"""Clients: the services that citizens sign in to through their account (OpenID Connect Core, RFC 6749).

Registered by an administrator, never by the service itself. A secret has 256 bits and is stored as a hash (P44).
"""

import hashlib
import hmac
import re
import secrets
import unicodedata
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit
from uuid import UUID

from sqlalchemy import JSON, bindparam, or_, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from onboarding.accounts import signing_keys
from onboarding.accounts.signing_keys import ALGORITHM
from onboarding.db import Base, Db, HasId, plain, table
from onboarding.resources import N_

SECRET, KEYS = "client_secret_basic", "private_key_jwt"
SCOPES = ("openid", "profile", "phone", "national_id")
MOST_ADDRESSES = 10
LONGEST = 500  # characters of an address
LOOPBACK = ("127.0.0.1", "::1", "localhost")
OURS = {"code", "state", "iss", "error"}  # what an answer adds to an address: twice in it, who knows which counts
ODD = re.compile(r"[\s\\*#]|[^\x21-\x7e]")
NOBODY = bytes(32)  # stands in for the hash of a client that has no secret, or does not exist
TOUCH = timedelta(minutes=1)  # how exactly the last use is kept

NOT_A_NAME = N_("A name has 1 to 60 printable characters.")
NAME_TAKEN = N_("There is another service of this name.")
NO_SCOPE = N_("There is no such scope: %(scopes)s.")
NO_SECTOR = N_("Redirect addresses on several hosts need a sector.")
NOT_A_SECTOR = N_("A sector has at most 60 printable characters.")
HOW_MANY = N_("Write between %(least)s and %(most)s addresses.")
NOT_AN_ADDRESS = N_("This is not an address that can be used: %(address)s")
WITH_OURS = N_("An address must not have a parameter that answers use: %(address)s")
NOT_HTTPS = N_("An address must begin with https://: %(address)s")


class WrongClient(Exception):
    """A registration that would not be safe; `message` and its `values` tell the administrator what to mend."""

    def __init__(self, message: str, **values: Any) -> None:
        super().__init__(message % values if values else message)
        self.message, self.values = message, values


class Client(HasId, Base):
    """A service. `sector` is whom a citizen's `sub` is the same for (P46); `jwks` its public keys, if it signs.

    It is told of sign-ins that ended at `backchannel_logout_uri` (OpenID Connect Back-Channel Logout, 2.2) and of
    what became of an account at `events_uri` (RFC 8935). `id_token_algorithm` is what its ID tokens are signed by
    (P41; registered as `id_token_signed_response_alg`). One with `ended_at` is known no more.
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
    last_used_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]

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
    check_all_addresses(redirect_uris, logout_uris, backchannel_logout_uri, events_uri, loopback=loopback)
    secret = None if jwks else secrets.token_urlsafe(32)
    client = Client(
        name=check_name(db, name),
        redirect_uris=list(redirect_uris),
        logout_uris=list(logout_uris),
        secret_hash=hashed(secret) if secret else None,
        jwks=jwks,
        sector=check_sector(sector, redirect_uris),
        scopes=in_order(scopes),
        refreshes=refreshes,
        backchannel_logout_uri=backchannel_logout_uri,
        events_uri=events_uri,
        id_token_algorithm=id_token_algorithm,
        registered_at=now,
    )
    db.add(client)
    signing_keys.current(db, now, id_token_algorithm)  # a first RSA key takes a second: not in a citizen's sign-in
    db.flush()
    return client, secret


def used_just_now(client: Client, now: datetime) -> bool:
    """Whether its last use is remembered as exactly as it is kept."""
    return client.last_used_at is not None and client.last_used_at > now - TOUCH


def note_use(db: Db, now: datetime, client: Client) -> None:
    """Remember, to the minute, that a service has proven itself: seldom a statement, and never two in a minute."""
    if not used_just_now(client, now):
        stale = or_(Client.last_used_at.is_(None), Client.last_used_at <= now - TOUCH)
        db.execute(update(Client).where(Client.id == client.id, stale).values(last_used_at=now))


def in_order(scopes: Sequence[str]) -> list[str]:
    """Scopes as they are kept; `openid` is always one. Raises WrongClient where there is no such scope."""
    if unknown := set(scopes) - set(SCOPES):
        raise WrongClient(NO_SCOPE, scopes=", ".join(sorted(unknown)))
    return [scope for scope in SCOPES if scope in {"openid", *scopes}]


def check_sector(sector: str | None, redirect_uris: Sequence[str]) -> str:
    """The sector of a service, the common host of its addresses where it names none. Raises WrongClient."""
    hosts = {str(urlsplit(address).hostname) for address in redirect_uris}
    if not sector and len(hosts) > 1:
        raise WrongClient(NO_SECTOR)
    if sector and not is_line(sector):
        raise WrongClient(NOT_A_SECTOR)
    return sector or hosts.pop()


def is_line(text: str) -> bool:
    """Whether it is a line that can stand on a page."""
    return 1 <= len(text) <= 60 and text == text.strip() and text.isprintable()


def check_name(db: Session, name: str) -> str:
    """The name in one form (rule R17), if it can stand on a page and is nobody else's, nor was.

    Raises WrongClient.
    """
    name = unicodedata.normalize("NFC", name)
    if not is_line(name):
        raise WrongClient(NOT_A_NAME)
    if db.scalar(select(Client.id).where(Client.name == name)) is not None:
        raise WrongClient(NAME_TAKEN)
    return name


def check_all_addresses(
    redirect_uris: Sequence[str], logout_uris: Sequence[str], *told_at: str | None, loopback: bool
) -> None:
    """Raise WrongClient where one of a service's addresses is not safe, or nobody can be sent back to it."""
    check_addresses(redirect_uris, least=1, loopback=loopback)
    check_addresses(logout_uris, loopback=loopback)
    check_addresses([address for address in told_at if address is not None], loopback=loopback)


def check_addresses(addresses: Sequence[str], *, least: int = 0, loopback: bool) -> None:
    """Raise WrongClient where there are too few or too many addresses, or one is not safe."""
    if not least <= len(addresses) <= MOST_ADDRESSES:
        raise WrongClient(HOW_MANY, least=least, most=MOST_ADDRESSES)
    for address in addresses:
        check_address(address, loopback=loopback)


def check_address(address: str, *, loopback: bool) -> None:
    """Raise WrongClient unless it is an https address without user, fragment or wildcard (attack D21)."""
    try:
        parts = urlsplit(address)
        host = parts.hostname
        _ = parts.port
    except ValueError:
        raise WrongClient(NOT_AN_ADDRESS, address=address[:LONGEST]) from None
    local = loopback and parts.scheme == "http" and host in LOOPBACK
    if len(address) > LONGEST or ODD.search(address) or not host or "@" in parts.netloc:
        raise WrongClient(NOT_AN_ADDRESS, address=address[:LONGEST])
    if OURS & parse_qs(parts.query, keep_blank_values=True).keys():
        raise WrongClient(WITH_OURS, address=address)
    if parts.scheme != "https" and not local:
        raise WrongClient(NOT_HTTPS, address=address)


BY_ID = select(table(Client)).where(table(Client).c.id == bindparam("its_id"), table(Client).c.ended_at.is_(None))


def find(db: Db, client_id: str) -> Client | None:
    """The client of that `client_id`, unless it has ended; a plain row."""
    try:
        known = UUID(client_id)
    except ValueError:
        return None
    row = db.execute(BY_ID, {"its_id": known}).one_or_none() if str(known) == client_id else None
    return plain(db, Client, row) if row is not None else None


def hashed(secret: str) -> bytes:
    """What is stored of a secret; 256 random bits need no slow hash."""
    return hashlib.sha256(secret.encode()).digest()


def holds(client: Client | None, secret: str) -> bool:
    """Whether it is the client's secret. An unknown client takes as long as a wrong secret (attack D27)."""
    kept = client.secret_hash if client is not None and client.secret_hash else NOBODY
    return hmac.compare_digest(kept, hashed(secret))


def logout_address(db: Db, client_id: str, onward: str, state: str) -> str | None:
    """Where a citizen goes after signing out at this client's wish: only to an address that it has registered."""
    client = find(db, client_id)
    if client is None or onward not in client.logout_uris:
        return None
    return f"{onward}{'&' if '?' in onward else '?'}{urlencode({'state': state})}" if state else onward
