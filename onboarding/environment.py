"""How the settings are read from the environment, and what production holds them to (rule R30)."""

import base64
import binascii
import os
from collections.abc import Callable, Mapping
from dataclasses import Field, replace
from operator import lt
from pathlib import Path
from typing import Any

from onboarding.config import PREFIX, SETTINGS, Settings, networks, shown
from onboarding.errors import SettingsError

SANDBOX_KEYS = "sandbox-keys.json"  # the mark of a sandbox in its instance folder


def read(environ: Mapping[str, str] = os.environ) -> Settings:
    """The settings of an environment.

    Raises:
        SettingsError: with all that is missing or wrong, together.
    """
    values: dict[str, Any] = {}
    problems: list[str] = []
    for known in SETTINGS:
        text = environ.get(PREFIX + known.name.upper())
        if text is None:
            continue
        try:
            values[known.name] = parser(known)(text)
        except ValueError:
            problems.append(f"{PREFIX}{known.name.upper()} cannot be read: {known.metadata['sentence']}")
    settings = Settings(**values)
    if not settings.sandbox:
        problems += production_problems(settings)
    if problems:
        raise SettingsError(problems)
    return settings


def may_play(environ: Mapping[str, str] = os.environ) -> bool:
    """Whether test people and test authorities may be made here (rule R31).

    Production is the default, so an environment that does not say its mode may be production's: it is taken for a
    sandbox's by the folder that a sandbox has made, or by a bare one, and never beside keys or a trust folder.
    """
    given = {name.removeprefix(PREFIX) for name in environ}
    if "MODE" in given:
        return environ[f"{PREFIX}MODE"] == "sandbox"
    if given & {"SECRET_KEY", "DATA_KEYS", "INDEX_KEY", "TRUST"}:
        return False
    folder = Path(environ.get(f"{PREFIX}INSTANCE", Settings.instance))
    if (folder / SANDBOX_KEYS).exists():
        return True
    return "DATABASE_URL" not in given and not (folder.exists() and any(folder.iterdir()))


def is_production(environ: Mapping[str, str] = os.environ) -> bool:
    """Whether production would start with this environment."""
    try:
        return not read(environ).sandbox
    except SettingsError:
        return False


def complete(settings: Settings) -> Settings:
    """The settings with the defaults that follow from others."""
    return replace(
        settings,
        database_url=settings.database_url or f"sqlite:///{settings.instance.absolute() / 'onboarding.db'}",
        public_url=(settings.public_url or "http://127.0.0.1:8000").rstrip("/"),
        console_url=settings.console_url.rstrip("/"),
        sms_gateway=settings.sms_gateway or "sandbox",
        trust=settings.trust or str(settings.instance / "trust"),
    )


def parser(known: Field[Any]) -> Callable[[str], Any]:
    """What turns a variable's text into the setting's type."""
    named = {"mode": mode, "trusted_proxies": proxies, "metrics_networks": listed, "shared_networks": listed}
    if known.name in named:
        return named[known.name]
    if isinstance(known.default, int):
        return int
    if isinstance(known.default, tuple):
        return numbers
    return type(known.default)


def numbers(text: str) -> tuple[int, ...]:
    """Whole numbers in a comma-separated list."""
    return tuple(int(part) for part in text.split(","))


def listed(text: str) -> str:
    """A list of networks, read once to see that it can be."""
    networks(text)
    return text


def proxies(text: str) -> str:
    """A list of networks, or a number."""
    return text if text.strip().isdigit() else listed(text)


def mode(text: str) -> str:
    """The mode named by `text`."""
    if text not in ("production", "sandbox"):
        raise ValueError(text)
    return text


def production_problems(settings: Settings) -> list[str]:
    """Everything that keeps these settings from production, a sentence each (rule R30)."""
    problems = [
        f"{PREFIX}{known.name.upper()} is missing or weak: {known.metadata['sentence']}"
        for known in SETTINGS
        if known.metadata["secret"] and not strong(getattr(settings, known.name))
    ]
    if not settings.secure:
        problems.append("ONBOARDING_PUBLIC_URL is missing or not https: the portal's address is needed.")
    if settings.console_url and not settings.console_url.startswith("https://"):
        problems.append("ONBOARDING_CONSOLE_URL is not https: the console's address, or nothing, is needed.")
    if not {name.strip() for name in settings.sms_gateway.split(",")}.isdisjoint({"", "sandbox"}):
        problems.append("ONBOARDING_SMS_GATEWAY is missing: name the gateway for text messages.")
    return problems + [
        loose(known, getattr(settings, known.name)) for known in SETTINGS if is_loose(known, settings)
    ]


def strong(keys: str) -> bool:
    """Whether each of these keys is 32 bytes of what looks like chance."""
    return all(strong_key(key) for key in keys.split(","))


def strong_key(text: str) -> bool:
    """Whether one base64 key holds 32 bytes, as AES-256 takes, and does not look like a phrase somebody typed."""
    try:
        key = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return False
    mixed = sum(map(str.isupper, text)) > 2 and sum(map(str.islower, text)) > 2 and any(map(str.isdigit, text))
    return mixed and len(key) == 32 and len(set(key)) >= 16 and not key.isascii()


def is_loose(known: Field[Any], settings: Settings) -> bool:
    """Whether a value lies outside its bound; a list does where it is shorter or one of its values is lower."""
    value, most, least = getattr(settings, known.name), known.metadata["at_most"], known.metadata["at_least"]
    if isinstance(least, int):
        return bool(value < least)
    if least is not None:
        return len(value) < len(least) or any(map(lt, value, least))
    return most is not None and not 0 < value <= most


def loose(known: Field[Any], value: Any) -> str:
    """The sentence about a value outside its bound."""
    bound = known.metadata["at_most"] or shown(known.metadata["at_least"])
    return f"{PREFIX}{known.name.upper()}={shown(value)} is looser than {bound}: {known.metadata['sentence']}"
