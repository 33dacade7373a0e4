"""R30, R31, B27: production starts only with everything it needs, and has nothing of the sandbox."""

import base64
import json
import os
import random
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from onboarding import create_app, environment
from onboarding.config import PREFIX, SETTINGS, Settings
from onboarding.errors import SettingsError
from onboarding.installation import completed
from tests.machine import quick_folder, schema
from tests.machine.server import PROGRAM, clean_environ

SECRETS = ("secret_key", "data_keys", "index_key")
COMMON = [
    "",
    "changeme",
    "secret",
    "dev",
    "password",
    "SECRET_KEY",
    "you-will-never-guess",
    "django-insecure-abcdefghijklmnopqrstuvwxyz0123456789",
    '_5#y2L"F4Q8z\n\xec]/',
    "192b9bdd22ab9ed4d12e236c78afcb9a393ec15f71bbf5dc987d54727823bcbf",
    "0" * 64,
    "0" * 32,
    base64.b64encode(bytes(32)).decode(),
    base64.b64encode(b"\xff" * 32).decode(),
    base64.b64encode(b"0123456789abcdef0123456789abcdef").decode(),
    base64.b64encode(b"correct horse battery staple 123").decode(),
    base64.b64encode(b"\x00\xff" * 16).decode(),
    base64.b64encode(random.Random(1).randbytes(31)).decode(),
    base64.b64encode(random.Random(1).randbytes(16)).decode(),
    "A" * 44,
]


def fresh() -> str:
    """A key as `onboarding keys` prints it."""
    key = ""
    while not environment.strong(key):
        key = base64.b64encode(os.urandom(32)).decode()
    return key


def environ(**changed: str) -> dict[str, str]:
    """A whole production environment, but for what is changed."""
    good = {
        "public_url": "https://dichvucong.example.vn",
        "sms_gateway": "file",
        "sms_file": "messages.jsonl",
        **{name: fresh() for name in SECRETS},
    }
    return {f"{PREFIX}{name.upper()}": text for name, text in (good | changed).items()}


def problems(environ: dict[str, str]) -> str:
    """What keeps an environment from production, as it is told."""
    with pytest.raises(SettingsError) as refused:
        environment.read(environ)
    return str(refused.value)


def test_a_whole_environment_is_accepted() -> None:
    assert environment.read(environ()).mode == "production", "and it is the default"


@pytest.mark.parametrize("secret", SECRETS)
@pytest.mark.parametrize("weak", COMMON)
def test_B27_weak_default_and_missing_keys_are_refused(secret: str, weak: str) -> None:
    told = problems(environ(**{secret: weak}))
    assert f"{PREFIX}{secret.upper()} is missing or weak" in told
    assert not weak or weak not in told.replace(f"{PREFIX}{secret.upper()}", ""), "it is not repeated"


def test_B27_one_weak_data_key_among_good_ones_is_refused() -> None:
    assert "DATA_KEYS" in problems(environ(data_keys=f"{fresh()},{COMMON[-1]}"))
    assert environment.read(environ(data_keys=f"{fresh()},{fresh()}"))


def test_R30_all_that_is_wrong_is_told_in_one_message() -> None:
    told = problems({f"{PREFIX}CODE_TRIES": "6", f"{PREFIX}IDLE_SECONDS": "soon"})
    named = ("SECRET_KEY", "DATA_KEYS", "INDEX_KEY", "PUBLIC_URL", "SMS_GATEWAY", "CODE_TRIES", "IDLE_SECONDS")
    assert [name for name in named if PREFIX + name not in told] == []
    assert told.count("\n- ") == len(named)


@pytest.mark.parametrize("url", ["", "http://dichvucong.example.vn", "dichvucong.example.vn", "ftp://a.example"])
def test_R30_production_is_reached_by_https(url: str) -> None:
    assert f"{PREFIX}PUBLIC_URL" in problems(environ(public_url=url))


@pytest.mark.parametrize("url", ["http://hotro.example.vn", "hotro.example.vn"])
def test_R30_a_console_with_a_name_of_its_own_is_reached_by_https(url: str) -> None:
    assert f"{PREFIX}CONSOLE_URL" in problems(environ(console_url=url))


@pytest.mark.parametrize("gateway", ["", "sandbox", "file,sandbox", "sandbox, file"])
def test_R31_production_has_a_real_gateway(gateway: str) -> None:
    assert f"{PREFIX}SMS_GATEWAY" in problems(environ(sms_gateway=gateway))


TABLE: dict[str, tuple[str, object]] = {
    "P03": ("code_seconds", 600),
    "P04": ("code_tries", 5),
    "P07": ("code_waits", (30, 60, 120)),
    "P08": ("number_hourly_sends", 5),
    "P08 day": ("number_daily_sends", 10),
    "P09": ("ip_minute_sends", 3),
    "P09 posts": ("ip_posts", 25),
    "P15": ("lock_failures", 5),
    "P15 minutes": ("lock_minutes", (10, 30, 120)),
    "P18": ("closed", 100),
    "P18 unknown": ("closed_to_unknown", 60),
    "P17": ("browser_days", 180),
    "P23": ("idle_seconds", 900),
    "P24": ("absolute_seconds", 43_200),
    "P26": ("parallel_sessions", 5),
    "P27": ("journey_days", 7),
    "P32": ("challenge_seconds", 300),
}


@pytest.mark.parametrize("parameter", TABLE)
def test_the_parameters_have_the_values_of_the_table(parameter: str) -> None:
    name, value = TABLE[parameter]
    known = next(known for known in SETTINGS if known.name == name)
    assert known.default == value
    assert value in (known.metadata["at_most"], known.metadata["at_least"]), "and no looser one is taken"
    assert parameter[:3] in known.metadata["sentence"]


def run(code: str, environ: dict[str, str], folder: Path) -> subprocess.CompletedProcess[str]:
    """Run a few lines of Python in a process of their own."""
    return subprocess.run(
        [sys.executable, "-c", code],
        env=clean_environ() | environ,
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )


LOADED = """
import json, sys
from onboarding import create_app
import onboarding.cli
app = create_app()
client = app.test_client()
asked = {path: client.get(path, base_url="https://dichvucong.example.vn").status_code
         for path in ("/sandbox/", "/sandbox/messages.json", "/sandbox/clock.json", "/health/ready", "/")}
print(json.dumps([[name for name in sys.modules if "sandbox" in name], asked, app.debug]))
"""


def test_R31_a_production_process_never_loads_the_sandbox() -> None:
    with quick_folder() as folder:
        schema.make(f"sqlite:///{folder / 'onboarding.db'}")
        here = environ(instance=str(folder), sms_file=str(folder / "messages.jsonl"))
        done = run(LOADED, here, folder)
        assert done.returncode == 0, done.stderr
        loaded, asked, debug = json.loads(done.stdout)
    assert loaded == []
    assert asked == {
        "/sandbox/": 404,
        "/sandbox/messages.json": 404,
        "/sandbox/clock.json": 404,
        "/health/ready": 200,
        "/": 200,
    }
    assert debug is False


def test_R30_the_command_ends_with_one_message_and_no_trace() -> None:
    with quick_folder() as folder:
        done = subprocess.run(
            [str(PROGRAM), "serve"], env=clean_environ(), cwd=folder, capture_output=True, text=True, check=False
        )
    assert done.returncode == 1
    assert done.stderr.count(PREFIX) == 5
    assert "Traceback" not in done.stderr


def test_each_sandbox_has_keys_of_its_own_and_keeps_them() -> None:
    with quick_folder() as one, quick_folder() as other:
        made = [completed(Settings(mode="sandbox", instance=folder)) for folder in (one, one, other)]
        keys = [[getattr(settings, name) for name in SECRETS] for settings in made]
        kept = one / "sandbox-keys.json"
        assert oct(kept.stat().st_mode)[-3:] == "600"
        assert json.loads(kept.read_text()) == dict(zip(SECRETS, keys[0], strict=True)), "another process has them"
    assert keys[0] == keys[1]
    assert len({*keys[0], *keys[2]}) == 6


def test_there_is_no_account_that_nobody_made() -> None:
    assert [known.name for known in SETTINGS if "password" in known.name or "user" in known.name] == []
    assert Settings().mode == "production"


def test_R30_a_trust_store_that_cannot_be_read_ends_the_start(settings: Settings, tmp_path: Path) -> None:
    anchors = tmp_path / "trust" / "vnpt" / "anchors"
    anchors.mkdir(parents=True)
    (anchors / "root.pem").write_text("not a certificate")
    with pytest.raises(SettingsError, match="ONBOARDING_TRUST"):
        create_app(replace(settings, trust=str(tmp_path / "trust")))
