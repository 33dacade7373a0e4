"""A site's colours as a style sheet of its own, over the portal's."""

import hashlib
from collections.abc import Mapping

ANY_SCREEN = ("brand", "accent")  # the others stand on the ground: dark screens keep the light ones of the portal


def style_sheet(colours: Mapping[str, str]) -> str:
    """The custom properties that differ from those of `static/app.css`."""
    any_screen = {name: colour for name, colour in colours.items() if name in ANY_SCREEN}
    light = {name: colour for name, colour in colours.items() if name not in ANY_SCREEN}
    return (
        f"@media screen{{:root{{{properties(any_screen)}}}}}"
        f"@media screen and (prefers-color-scheme:light){{:root{{{properties(light)}}}}}"
    )


def properties(colours: Mapping[str, str]) -> str:
    """Declarations of custom properties."""
    return ";".join(f"--{name}:{colour}" for name, colour in sorted(colours.items()))


def digest(sheet: str) -> str:
    """What the address of a style sheet changes with."""
    return hashlib.sha256(sheet.encode()).hexdigest()[:16]
