"""What a wheel needs besides packing: the catalogues compiled, pages and assets inside the package."""

from pathlib import Path
from typing import Any

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class WheelHook(BuildHookInterface):  # type: ignore[type-arg]  # its type parameter is hatchling's own matter
    """Runs for wheels and editable installs; the latter serve templates/ and static/ from where they are."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Called before anything is packed."""
        for catalogue in Path(self.root, "onboarding", "translations").glob("*/LC_MESSAGES/messages.po"):
            compile_catalogue(catalogue)
        if version != "editable":
            build_data["force_include"].update(
                {"templates": "onboarding/templates", "static": "onboarding/static"}
            )


def compile_catalogue(source: Path) -> None:
    """Write the `.mo` beside a `.po`; sentences marked fuzzy stay out, for nobody has read them yet."""
    with source.open("rb") as po:
        catalogue = read_po(po, locale=source.parts[-3])
    fresh = source.with_suffix(".new")
    with fresh.open("wb") as mo:
        write_mo(mo, catalogue)
    # At one stroke, because a running portal may be reading the old one.
    fresh.replace(source.with_suffix(".mo"))
