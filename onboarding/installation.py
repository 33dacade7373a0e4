"""An installation: what its settings come to, and its clock; a sandbox has keys and a clock of its own.

A production process never loads what only a sandbox may have (rule R31), hence the imports by name.
"""

from collections.abc import Callable
from importlib import import_module

from onboarding import environment
from onboarding.clock import Clock, SystemClock
from onboarding.config import Settings


def completed(settings: Settings) -> Settings:
    """The settings with what follows from others; a sandbox gets keys of its own."""
    settings = environment.complete(settings)
    if not settings.sandbox:
        return settings
    with_keys: Callable[[Settings], Settings] = import_module("onboarding.sandbox.keys").with_keys
    return with_keys(settings)


def clock_of(settings: Settings) -> Clock:
    """The clock of an installation; a sandbox's can be moved forward, in all its processes at once."""
    if not settings.sandbox:
        return SystemClock()
    moved: Callable[[Settings], Clock] = import_module("onboarding.sandbox.clock").SandboxClock
    return moved(settings)
