"""What is kept of certificates' paths and of their issuers' words about them.

In memory, bounded, shared by the threads of a process. Nothing here lets anybody in for longer than the issuer's
own word says: a good word counts until its end, and only while the lists at hand are the same. A revoked
certificate stays so.
"""

from collections import OrderedDict
from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from threading import Lock
from typing import Generic, TypeVar

from asn1crypto import crl
from pyhanko_certvalidator.path import ValidationPath

from onboarding.signatures.lists import RevocationList

Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")
Serial = tuple[bytes, int]  # the authority's `name_and_key`, and the certificate's serial number
Place = tuple[bytes, str]  # the authority's, and the address of its list


@dataclass
class Latest(Generic[Key, Value]):
    """A table that forgets what was not asked for longest."""

    size: int
    _lock: Lock = field(default_factory=Lock)
    _entries: OrderedDict[Key, Value] = field(default_factory=OrderedDict)

    def get(self, key: Key) -> Value | None:
        """The value, if it is still here."""
        with self._lock:
            if key in self._entries:
                self._entries.move_to_end(key)
            return self._entries.get(key)

    def put(self, key: Key, value: Value) -> None:
        """Keep a value in the place of an earlier one."""
        with self._lock:
            self._entries[key] = value
            self._entries.move_to_end(key)
            if len(self._entries) > self.size:
                self._entries.popitem(last=False)

    def values(self) -> tuple[Value, ...]:
        """All of them."""
        with self._lock:
            return tuple(self._entries.values())


@dataclass(frozen=True, eq=False)
class FolderLists:
    """The lists of one state of the trust folder; `odd` where some are not whole lists of a known authority."""

    files: tuple[crl.CertificateList, ...]
    signed: Mapping[bytes, tuple[RevocationList, ...]]
    odd: bool


@dataclass(frozen=True)
class Good:
    """A certificate is good until then, while the folder is this and the lists at hand are these."""

    until: datetime
    folder: FolderLists
    lists: tuple[RevocationList, ...]


@dataclass(frozen=True)
class KnownPath:
    """A path that was found valid, and when all its dates hold."""

    path: ValidationPath
    first: datetime
    last: datetime


@dataclass(frozen=True)
class Kept:
    """One issuer's. `paths` are by the SHA-256 of the whole certificate: the same bytes have the same path.

    `unanswered` is since when, in seconds of the monotonic clock, a place owes somebody an answer.
    """

    paths: Latest[bytes, KnownPath] = field(default_factory=lambda: Latest(1_000))
    good: Latest[Serial, Good] = field(default_factory=lambda: Latest(10_000))
    revoked: Latest[Serial, bool] = field(default_factory=lambda: Latest(100_000))
    folder: Latest[str, FolderLists] = field(default_factory=lambda: Latest(1))
    fetched: Latest[Place, RevocationList] = field(default_factory=lambda: Latest(8))
    unanswered: Latest[str, float | None] = field(default_factory=lambda: Latest(1_000))
    fetching: Lock = field(default_factory=Lock)
