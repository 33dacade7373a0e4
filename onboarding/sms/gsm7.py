"""The alphabet of a plain text message and how much room a text takes in it.

Source: 3GPP TS 23.038, section 6.2.1 (default alphabet) and 6.2.1.1 (extension table).
"""

SEGMENT = 160  # septets in one message that is not split

BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
EXTENSION = frozenset("\f^{}\\[~]|€")  # each is sent as an escape and a second septet


def septets(text: str) -> int:
    """The septets that `text` takes. Raises ValueError for a character outside the alphabet."""
    if outside := set(text) - BASIC - EXTENSION:
        raise ValueError(f"not in the GSM alphabet: {sorted(outside)}")
    return sum(2 if letter in EXTENSION else 1 for letter in text)
