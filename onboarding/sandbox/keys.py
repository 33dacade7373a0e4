"""Throw-away keys for a sandbox, made once in its instance folder."""

import base64
import json
import os
import secrets
from dataclasses import replace

from onboarding.config import Settings
from onboarding.environment import SANDBOX_KEYS


def with_keys(settings: Settings) -> Settings:
    """The settings with the instance folder's keys in place of those that are not set."""
    kept = settings.instance / SANDBOX_KEYS
    settings.instance.mkdir(parents=True, exist_ok=True)
    fresh = {name: new_key() for name in ("secret_key", "data_keys", "index_key")}
    try:
        with os.fdopen(os.open(kept, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w") as file:
            json.dump(fresh, file)
    except FileExistsError:
        fresh = json.loads(kept.read_text())
    return replace(
        settings,
        secret_key=settings.secret_key or fresh["secret_key"],
        data_keys=settings.data_keys or fresh["data_keys"],
        index_key=settings.index_key or fresh["index_key"],
    )


def new_key() -> str:
    """32 random bytes in base64."""
    return base64.b64encode(secrets.token_bytes(32)).decode()
