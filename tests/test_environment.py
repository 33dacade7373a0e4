"""Settings are read whole: all that is missing or wrong is told at once, and production takes nothing looser."""

import base64
import hashlib
import os
import re
from dataclasses import Field
from pathlib import Path
from typing import Any

import pytest

from onboarding import environment
from onboarding.config import PREFIX, SETTINGS, Settings, shown
from onboarding.errors import SettingsError

KEYS = ("SECRET_KEY", "DATA_KEYS", "INDEX_KEY")


def key() -> str:
    """A strong key, as `onboarding keys` makes one."""
    made = ""
    while not environment.strong(made):
        made = base64.b64encode(os.urandom(32)).decode()
    return made


def production(**changed: str) -> dict[str, str]:
    """An environment that production starts with; an empty change takes a variable away."""
    usual = {name: key() for name in KEYS} | {"PUBLIC_URL": "https://portal.example", "SMS_GATEWAY": "file"}
    return {PREFIX + name: text for name, text in (usual | changed).items() if text}


def problems(environ: dict[str, str]) -> list[str]:
    """What is told about an environment."""
    with pytest.raises(SettingsError) as told:
        environment.read(environ)
    return list(told.value.problems)


def about(told: list[str]) -> list[str]:
    """The settings that sentences are about, without the prefix."""
    return sorted(sentence.removeprefix(PREFIX).split()[0].split("=")[0] for sentence in told)


def test_nothing_set_is_production_and_everything_missing_is_told_at_once() -> None:
    told = problems({})
    assert about(told) == sorted([*KEYS, "PUBLIC_URL", "SMS_GATEWAY"])
    required = [known.name.upper() for known in SETTINGS if known.metadata["required"]]
    assert about(told) == sorted(required)


def test_the_message_lists_every_problem_on_a_line_of_its_own() -> None:
    with pytest.raises(SettingsError) as told:
        environment.read({})
    assert str(told.value).splitlines()[1:] == [f"- {problem}" for problem in told.value.problems]


def test_production_starts_with_what_it_needs() -> None:
    settings = environment.read(production())
    assert (settings.mode, settings.secure) == ("production", True)


def test_what_cannot_be_read_is_told_together_with_what_is_missing() -> None:
    told = problems(production(INDEX_KEY="", CODE_SECONDS="ten", CODE_WAITS="30;60", MODE="test"))
    assert about(told) == ["CODE_SECONDS", "CODE_WAITS", "INDEX_KEY", "MODE"]


@pytest.mark.parametrize("name", ["TRUSTED_PROXIES", "SHARED_NETWORKS"])
def test_networks_that_are_none_are_told_before_the_start(name: str) -> None:
    assert about(problems(production(**{name: "10.0.0.0/8, everybody"}))) == [name]


def test_proxies_are_networks_or_a_number() -> None:
    assert environment.read(production(TRUSTED_PROXIES="1")).trusted_proxies == "1"
    assert environment.read(production(TRUSTED_PROXIES="10.0.0.0/8, ::1")).trusted_proxies == "10.0.0.0/8, ::1"
    assert about(problems(production(SHARED_NETWORKS="1x"))) == ["SHARED_NETWORKS"]


LONG = hashlib.sha512(b"as good as chance").digest()
WEAK = {
    "a word": "secret",
    "no base64": "not base64 at all",
    "zeros": base64.b64encode(b"\x00" * 32).decode(),
    "a phrase": base64.b64encode(b"Correct Horse 7 Battery Staple 9").decode(),
    "too short": base64.b64encode(LONG[:16]).decode(),
    "too long for AES-256": base64.b64encode(LONG[:48]).decode(),
}


@pytest.mark.parametrize("weak", WEAK.values(), ids=WEAK)
@pytest.mark.parametrize("name", KEYS)
def test_a_weak_key_counts_as_missing_and_is_not_repeated(name: str, weak: str) -> None:
    told = problems(production(**{name: weak}))
    assert about(told) == [name]
    assert weak not in told[0]


def test_of_several_data_keys_none_may_be_weak() -> None:
    assert environment.read(production(DATA_KEYS=f"{key()},{key()}"))
    assert about(problems(production(DATA_KEYS=f"{key()},changeme"))) == ["DATA_KEYS"]


def test_chance_is_seldom_taken_for_weakness() -> None:
    assert environment.strong(base64.b64encode(LONG[:32]).decode())
    made = [base64.b64encode(os.urandom(32)).decode() for _ in range(500)]
    assert sum(map(environment.strong, made)) > 450


BOUNDED = [known for known in SETTINGS if known.metadata["at_most"] is not None]
LISTS = [known for known in SETTINGS if isinstance(known.metadata["at_least"], tuple)]


@pytest.mark.parametrize("known", BOUNDED, ids=lambda known: str(known.name))
def test_production_takes_the_bound_and_nothing_looser(known: Field[Any]) -> None:
    name, most = known.name.upper(), known.metadata["at_most"]
    assert getattr(environment.read(production(**{name: str(most)})), known.name) == most
    for looser in (most + 1, 0, -1):
        assert about(problems(production(**{name: str(looser)}))) == [name]


@pytest.mark.parametrize("known", LISTS, ids=lambda known: str(known.name))
def test_production_takes_no_shorter_waits(known: Field[Any]) -> None:
    name, least = known.name.upper(), known.metadata["at_least"]
    assert getattr(environment.read(production(**{name: shown(least)})), known.name) == least
    for looser in (least[:-1], (least[0] - 1, *least[1:])):
        assert about(problems(production(**{name: shown(looser)}))) == [name]


def test_production_takes_no_lower_floor() -> None:
    assert environment.read(production(SMS_CONVERSION_FLOOR="10")).sms_conversion_floor == 10
    for looser in ("9", "0", "-1"):
        assert about(problems(production(SMS_CONVERSION_FLOOR=looser))) == ["SMS_CONVERSION_FLOOR"]


def test_no_security_parameter_can_be_switched_off() -> None:
    parameters = [known for known in SETTINGS if re.match(r"P\d\d: ", known.metadata["sentence"])]
    assert len(parameters) > 20
    boundless = [known.name for known in parameters if known not in BOUNDED and not known.metadata["at_least"]]
    assert boundless == ["shared_networks"], "which names networks"


def test_a_sandbox_may_be_looser_but_not_unreadable() -> None:
    assert environment.read({"ONBOARDING_MODE": "sandbox", "ONBOARDING_CODE_TRIES": "50"}).code_tries == 50
    assert about(problems({"ONBOARDING_MODE": "sandbox", "ONBOARDING_CODE_TRIES": "many"})) == ["CODE_TRIES"]


def test_defaults_are_within_their_own_bounds() -> None:
    assert [known.name for known in SETTINGS if environment.is_loose(known, Settings())] == []


def test_what_follows_from_other_settings_is_filled_in() -> None:
    settings = environment.complete(Settings(instance=Path("somewhere"), public_url="https://portal.example/"))
    assert settings.public_url == "https://portal.example"
    assert settings.database_url == f"sqlite:///{Path('somewhere').absolute() / 'onboarding.db'}"
    assert settings.trust == str(Path("somewhere/trust"))
