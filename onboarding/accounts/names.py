"""Whether two spellings are one Vietnamese name (rule R17). Never used to refuse anybody."""

import unicodedata

TONES = frozenset("\N{COMBINING GRAVE ACCENT}\N{COMBINING ACUTE ACCENT}\N{COMBINING TILDE}"
                  "\N{COMBINING HOOK ABOVE}\N{COMBINING DOT BELOW}")  # fmt: skip


def same_name(one: str, other: str) -> bool:
    """Whether they differ only in where a tone stands (hoà, hòa), in NFC and NFD, case, i and y, đ and d, spaces.

    A spelling without any mark, as some issuers write names, is held against the letters alone.
    """
    if normal(one) == normal(other):
        return True
    bare = letters(one), letters(other)
    return bare[0] == bare[1] and not all(map(marked, (one, other)))


def normal(name: str) -> str:
    """A name with each word's tone at the word's end."""
    return " ".join(map(toned_last, plain(name).split()))


def letters(name: str) -> str:
    """A name without any mark."""
    return " ".join("".join(filter(str.isalnum, word)) for word in plain(name).split())


def marked(name: str) -> bool:
    """Whether a name is written with any mark."""
    return not unicodedata.normalize("NFC", name).isascii()


def plain(name: str) -> str:
    """Small letters, marks apart, one letter each for i and y, đ and d."""
    return unicodedata.normalize("NFD", name.casefold()).translate(str.maketrans("yđ", "id"))


def toned_last(word: str) -> str:
    """A word with its tone, wherever it was written, at its end."""
    return "".join(sorted(word, key=TONES.__contains__))
