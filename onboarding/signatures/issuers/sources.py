"""Where an issuer's word about revocation is fetched, as data (rule R36)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal
from urllib.parse import SplitResult, urlsplit

PORTS = {"http": 80, "https": 443}
SIGNS_OF_ANOTHER_READING = frozenset("%\\@?#;")  # what two parsers of addresses may take for two things


@dataclass(frozen=True)
class Limit:
    """The most that one answer may take: seconds over all, from the host's name to the last byte; and bytes."""

    seconds: float
    size: int


@dataclass(frozen=True)
class Sources:
    """The addresses of one issuer; an empty one means that nothing is ever fetched.

    `allowed` are addresses under which everything may be fetched: scheme, host, port and the beginning of the
    path, whole segments of it. `rewritten` puts public beginnings in the place of those in certificates that work
    inside the issuer's own network only. `ocsp` and `crl` are asked after those that the certificate names.
    `private` allows hosts of private and loopback addresses.
    """

    allowed: tuple[str, ...] = ()
    rewritten: Mapping[str, str] = field(default_factory=dict)
    ocsp: tuple[str, ...] = ()
    crl: tuple[str, ...] = ()
    when_unreachable: Literal["refuse", "staff"] = "refuse"
    private: bool = False
    ocsp_limit: Limit = Limit(seconds=5, size=64 * 1024)  # P36; the seconds are for all responders together
    crl_limit: Limit = Limit(seconds=10, size=20 * 1024 * 1024)  # P37

    def public(self, addresses: Iterable[str]) -> list[str]:
        """Which of the addresses that certificates name may be fetched, and where; each once."""
        return [one for one in dict.fromkeys(map(self.twin, addresses)) if self.allow(one)]

    def twin(self, address: str) -> str:
        """The address to fetch where a certificate says `address`."""
        for inside, outside in self.rewritten.items():
            if address.startswith(inside):
                return outside + address.removeprefix(inside)
        return address

    def allow(self, address: str) -> bool:
        """Whether this very address may be fetched."""
        if not address.isascii() or not address.isprintable() or not SIGNS_OF_ANOTHER_READING.isdisjoint(address):
            return False
        wanted = place(address)
        return wanted is not None and any(under(wanted, place(beginning)) for beginning in self.allowed)


def place(address: str) -> tuple[str, str, int, list[str]] | None:
    """Scheme, host, port and the segments of the path; None where it is no address of ours."""
    try:
        parts: SplitResult = urlsplit(address)
        port = parts.port or PORTS[parts.scheme]
    except (KeyError, ValueError):
        return None
    segments = parts.path.removeprefix("/").split("/")
    if not parts.hostname or {".", ".."} & set(segments):
        return None
    return parts.scheme, parts.hostname, port, segments


def under(wanted: tuple[str, str, int, list[str]], allowed: tuple[str, str, int, list[str]] | None) -> bool:
    """Whether one place lies under another; a beginning that ends with `/` leaves the last segment open."""
    if allowed is None or wanted[:3] != allowed[:3]:
        return False
    path = allowed[3][:-1] if allowed[3][-1] == "" else allowed[3]
    return wanted[3][: len(path)] == path
