"""The rules of addresses, compiled once for the hundreds of applications that a run of the tests makes.

Werkzeug compiles two functions for each of a hundred rules: a third of what making an application costs.
"""

from collections.abc import Callable
from typing import Any, ClassVar

from werkzeug.routing import Rule

Builder = Callable[..., tuple[str, str]]


class KnownRule(Rule):
    """A rule that takes the functions of an earlier one that said the same."""

    known: ClassVar[dict[Any, Builder]] = {}

    def _compile_builder(self, append_unknown: bool = True) -> Builder:
        defaults = tuple(sorted((self.defaults or {}).items()))
        said = (self.rule, self.subdomain, self.host, defaults, append_unknown)
        if said not in self.known:
            self.known[said] = super()._compile_builder(append_unknown)
        return self.known[said]
