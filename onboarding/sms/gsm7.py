"""The alphabet of a plain text message, how much room a text takes in it, and its bytes.

Source: 3GPP TS 23.038, section 6.2.1 (default alphabet) and 6.2.1.1 (extension table).
"""

SEGMENT = 160  # septets in one message that is not split
ESCAPE = "\x1b"  # begins a letter of the extension

# In the order of their numbers, 0 to 127.
ALPHABET = (
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞ\x1bÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
EXTENDED = {"\f": 10, "^": 20, "{": 40, "}": 41, "\\": 47, "[": 60, "~": 61, "]": 62, "|": 64, "€": 101}
BASIC = frozenset(ALPHABET) - {ESCAPE}
EXTENSION = EXTENDED.keys()  # each is sent as an escape and a second septet


def septets(text: str) -> int:
    """The septets that `text` takes. Raises ValueError for a character outside the alphabet."""
    return len(octets(text))


def octets(text: str) -> bytes:
    """The text with each septet in a byte of its own. Raises ValueError for a character outside the alphabet."""
    if outside := set(text) - BASIC - EXTENSION:
        raise ValueError(f"not in the GSM alphabet: {sorted(outside)}")
    escape = ALPHABET.index(ESCAPE)
    return b"".join(
        bytes([escape, EXTENDED[letter]]) if letter in EXTENDED else bytes([ALPHABET.index(letter)])
        for letter in text
    )
