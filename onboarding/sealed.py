"""Personal values at rest: sealed columns, the keys that open them, and blind indexes to find them.

A value is sealed with AES-256-GCM (NIST SP 800-38D) under a key of the person it is about; that key is stored
wrapped under a data key which never enters the database. Destroying the wrapped key erases the person. The
additional data names table, column and row, so that a value moved elsewhere does not open.

Format of everything sealed: one byte version (1), four bytes key id, twelve bytes nonce, ciphertext with tag.
"""

import base64
import hashlib
import hmac
import os
from collections.abc import Sequence
from typing import Any, overload
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand
from sqlalchemy.orm import object_session

from onboarding.errors import Unsealable

VERSION = b"\x01"
KEY_BYTES = 32


class Keyring:
    """The keys of one installation: data keys (newest first) and the key of the blind indexes."""

    def __init__(self, data_keys: Sequence[bytes], index_key: bytes) -> None:
        self._data_keys = {key_id(key): key for key in data_keys}
        self._newest = data_keys[0]
        self._index_key = index_key
        self._derived: dict[str, bytes] = {}

    @classmethod
    def from_text(cls, data_keys: str, index_key: str) -> "Keyring":
        """A keyring from the base64 texts of the settings."""
        return cls([base64.b64decode(key) for key in data_keys.split(",")], base64.b64decode(index_key))

    def new_person_key(self) -> bytes:
        """A fresh key for one person, wrapped, fit to be stored."""
        return seal(self._newest, os.urandom(KEY_BYTES), b"person-key")

    def open_person_key(self, wrapped: bytes) -> bytes:
        """The key inside a wrapped one. Raises Unsealable where its data key is not on this ring."""
        data_key = self._data_keys.get(bytes(wrapped[1:5]))
        if data_key is None:
            raise Unsealable
        return unseal(data_key, wrapped, b"person-key")

    @property
    def newest(self) -> bytes:
        """How everything begins that the newest data key has sealed."""
        return VERSION + key_id(self._newest)

    def rewrap(self, wrapped: bytes) -> bytes:
        """The same person's key under the newest data key."""
        return seal(self._newest, self.open_person_key(wrapped), b"person-key")

    def index(self, column: str, value: str) -> bytes:
        """The blind index of a value in its normal form: HMAC-SHA-256 under a key of the column's own."""
        return hmac.digest(self._for(f"index {column}"), value.encode(), "sha256")

    def mac(self, purpose: str, value: str) -> bytes:
        """A keyed hash for one purpose, e.g. of a one-time code that must not be stored itself."""
        return hmac.digest(self._for(f"mac {purpose}"), value.encode(), "sha256")

    def _for(self, purpose: str) -> bytes:
        if purpose not in self._derived:
            self._derived[purpose] = HKDFExpand(SHA256(), KEY_BYTES, purpose.encode()).derive(self._index_key)
        return self._derived[purpose]


def key_id(key: bytes) -> bytes:
    """Four bytes that name a key without telling anything about it."""
    return hashlib.sha256(b"key id" + key).digest()[:4]


def seal(key: bytes, plain: bytes, place: bytes) -> bytes:
    """`plain` sealed under `key`, bound to `place`."""
    nonce = os.urandom(12)
    return VERSION + key_id(key) + nonce + AESGCM(key).encrypt(nonce, plain, place)


def unseal(key: bytes, sealed: bytes, place: bytes) -> bytes:
    """What was sealed. Raises Unsealable for another key, another place, or altered bytes."""
    if sealed[:1] != VERSION or sealed[1:5] != key_id(key):
        raise Unsealable
    try:
        return AESGCM(key).decrypt(sealed[5:17], sealed[17:], place)
    except InvalidTag:
        raise Unsealable from None


class Sealed:
    """A text attribute of a mapped class that lives sealed in the column named.

    The class has `id` and `person_key()`, the wrapped key of the person whom the row is about.
    """

    def __init__(self, column: str) -> None:
        self.column = column

    @overload
    def __get__(self, row: None, owner: type) -> "Sealed": ...
    @overload
    def __get__(self, row: Any, owner: type) -> str | None: ...
    def __get__(self, row: Any, owner: type) -> "Sealed | str | None":
        if row is None:
            return self
        sealed = getattr(row, self.column)
        return None if sealed is None else unseal(open_key(row), sealed, self.place(row)).decode()

    def __set__(self, row: Any, text: str | None) -> None:
        sealed = None if text is None else seal(open_key(row), text.encode(), self.place(row))
        setattr(row, self.column, sealed)

    def place(self, row: Any) -> bytes:
        """Where this row's value lies."""
        return place(row.__tablename__, self.column, row.id)


def place(table: str, column: str, row_id: UUID) -> bytes:
    """Table, column and row: what a sealed value is bound to."""
    return f"{table}|{column}|{row_id}".encode()


def unlock(row: Any, keyring: Keyring) -> bytes:
    """Open the key of the person whom a row is about, once for all that is sealed in it."""
    key: bytes = keyring.open_person_key(row.person_key())
    row.__dict__["opened_key"] = key
    return key


def open_key(row: Any) -> bytes:
    """The opened key of the person whom a row is about: by the keyring of a plain row, or of a row's session."""
    key: bytes | None = row.__dict__.get("opened_key")
    if key is not None:
        return key
    keyring: Keyring | None = row.__dict__.get("keyring")
    if keyring is not None:
        return unlock(row, keyring)
    session = object_session(row)
    if session is None:
        raise Unsealable
    return unlock(row, session.info["keyring"])
