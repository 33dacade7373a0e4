"""The reference that goes out with a message, and that a delivery report must bring back (rule R09).

It is the message's id and a keyed hash of it, made for one gateway: who can show it had it from us. It opens
nothing and says nothing of the citizen; a report sets a message's state and no more.
"""

import base64
import binascii
import hmac
from uuid import UUID

from onboarding.sealed import Keyring

ID_LETTERS = 32
HASH_BYTES = 13  # so that id and hash together have 50 letters, the most that eSMS takes as RequestId


def reference(keyring: Keyring, gateway: str, message_id: UUID) -> str:
    """The reference of a message for one gateway: 50 letters, the same for every repeat."""
    proof = keyring.mac("sms reference", f"{gateway} {message_id.hex}")[:HASH_BYTES]
    return message_id.hex + base64.urlsafe_b64encode(proof).decode().rstrip("=")


def message_of(keyring: Keyring, gateway: str, text: str) -> UUID | None:
    """The message that a reference stands for; none where it is not one that we gave to this gateway."""
    try:
        message_id = UUID(bytes=binascii.unhexlify(text[:ID_LETTERS]))
    except ValueError:
        return None
    genuine = hmac.compare_digest(reference(keyring, gateway, message_id).encode(), text.encode())
    return message_id if genuine else None
