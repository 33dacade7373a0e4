"""The pytest plug-in as an integrator uses it: a project of their own, one run, nothing else of ours in it."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.machine.server import clean_environ

SERVICE = """
import base64, hashlib, json, time, urllib.error, urllib.request
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from pytest_onboarding.person import NotSignedIn

VERIFIER = "v" * 43
CHALLENGE = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).rstrip(b"=").decode()


def asks(sandbox, **more):
    asked = {
        "client_id": sandbox.client_id, "redirect_uri": sandbox.redirect_uri, "response_type": "code",
        "scope": "openid profile phone", "nonce": "n", "state": "s",
        "code_challenge": CHALLENGE, "code_challenge_method": "S256",
    }
    return f"{sandbox.url}/oidc/authorize?{urlencode(asked | more)}"


def trade(sandbox, address):
    answer = parse_qs(urlsplit(address).query)
    assert address.startswith(sandbox.redirect_uri) and answer["state"] == ["s"], address
    sent = {
        "grant_type": "authorization_code", "code": answer["code"][0],
        "redirect_uri": sandbox.redirect_uri, "code_verifier": VERIFIER,
    }
    basic = base64.b64encode(f"{sandbox.client_id}:{sandbox.client_secret}".encode()).decode()
    asked = urllib.request.Request(
        f"{sandbox.url}/oidc/token", urlencode(sent).encode(), {"Authorization": f"Basic {basic}"}
    )
    with urllib.request.urlopen(asked) as tokens:
        return json.load(tokens)


def claims(tokens):
    return json.loads(base64.urlsafe_b64decode(tokens["id_token"].split(".")[1] + "=="))


def test_sign_in(onboarding_sandbox, onboarding_person, onboarding_code):
    tokens = trade(onboarding_sandbox, onboarding_person.sign_in(asks(onboarding_sandbox)))
    assert claims(tokens)["nonce"] == "n"
    code = onboarding_code(onboarding_person.number)
    assert len(code) == 6
    again = onboarding_person.sign_in(asks(onboarding_sandbox, prompt="none"))
    assert claims(trade(onboarding_sandbox, again))["sub"] == claims(tokens)["sub"]
    assert onboarding_code(onboarding_person.number) == code, "signed in already: no other code"
    onboarding_sandbox.move_clock(1000)
    assert "error=login_required" in onboarding_person.sign_in(asks(onboarding_sandbox, prompt="none"))


def test_faults(onboarding_sandbox, onboarding_person):
    assert onboarding_sandbox.get("clock")["forward"] == 0, "reset after the test before"
    onboarding_sandbox.switch_fault("wrong-nonce")
    first = onboarding_person.sign_in(asks(onboarding_sandbox))
    assert claims(trade(onboarding_sandbox, first))["nonce"] != "n"
    onboarding_sandbox.switch_fault("unavailable")
    second = onboarding_person.sign_in(asks(onboarding_sandbox))
    with pytest.raises(urllib.error.HTTPError, match="503"):
        trade(onboarding_sandbox, second)


def test_delivery(onboarding_sandbox):
    somebody = onboarding_sandbox.somebody("delivered")
    somebody.sign_in(asks(onboarding_sandbox))
    until = time.monotonic() + 20
    while onboarding_sandbox.messages(somebody.number)[0]["state"] != "delivered":
        assert time.monotonic() < until


def test_refusals(onboarding_sandbox, onboarding_person):
    assert onboarding_sandbox.faults() == {}
    assert "error=access_denied" in onboarding_person.sign_in(asks(onboarding_sandbox), agree=False)
    with pytest.raises(NotSignedIn, match="suspended"):
        onboarding_sandbox.somebody("suspended").sign_in(asks(onboarding_sandbox, ui_locales="en"))
    other = onboarding_sandbox.register("Another", "http://localhost:4000/callback")
    address = asks(onboarding_sandbox, client_id=other["client_id"], redirect_uri="http://localhost:4000/callback")
    assert onboarding_person.sign_in(address).startswith("http://localhost:4000/callback?code=")
"""


def test_an_integrators_tests_run_against_a_sandbox_of_their_own(tmp_path: Path) -> None:
    (tmp_path / "test_service.py").write_text(SERVICE)
    (tmp_path / "pytest.ini").write_text("[pytest]\nfilterwarnings = error\n")
    run = [sys.executable, "-m", "pytest", "-q", "--onboarding-sandbox", "-p", "no:cacheprovider"]
    done = subprocess.run(run, env=clean_environ(), cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "4 passed" in done.stdout


def test_without_the_option_nothing_of_it_is_loaded(pytestconfig: pytest.Config) -> None:
    assert pytestconfig.pluginmanager.hasplugin("onboarding")
    assert "pytest_onboarding.fixtures" not in sys.modules
    plugin = pytestconfig.pluginmanager.getplugin("onboarding")
    assert plugin is sys.modules["pytest_onboarding"]
    alone = [sys.executable, "-c", "import sys, pytest_onboarding; print(*sys.modules, sep='\\n')"]
    loaded = subprocess.run(alone, capture_output=True, text=True, check=True).stdout.split()
    assert [name for name in loaded if name.split(".")[0] in ("onboarding", "flask", "sqlalchemy")] == []
