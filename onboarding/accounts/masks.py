"""Personal values as staff see them before they ask for more (rule R49): enough to tell people apart."""

DOTS = "•••"


def name(text: str | None) -> str:
    """A name by the first letter of each word, e.g. `N••• V••• B•••`."""
    return " ".join(word[:1] + DOTS for word in (text or "").split())


def ending(text: str | None) -> str:
    """An id by its last three characters."""
    return f"{DOTS}\N{NO-BREAK SPACE}{text[-3:]}" if text else ""
