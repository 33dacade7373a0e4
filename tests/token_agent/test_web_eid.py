"""Web eID's native messaging as its extension speaks it: the installed host, started for one call."""

import base64
import hashlib
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from onboarding.token_agent.cli import command
from onboarding.token_agent.desk import Desk
from onboarding.token_agent.made_up import tokens
from onboarding.token_agent.person import Nobody
from onboarding.token_agent.web_eid import answer
from tests.clock import MONDAY_MORNING
from tests.machine.server import clean_environ
from tests.token_agent.conftest import PORTAL, Token

pytestmark = pytest.mark.token

NONCE = base64.b64encode(bytes(range(32))).decode()
EXTENSION = "abcdefghijklmnopabcdefghijklmnop"


def install(folder: Path, *options: str) -> Result:
    """Run the command that makes the browser find the agent."""
    arguments = [*options, "web-eid", "install", "--dir", str(folder), "--extension", EXTENSION]
    return CliRunner().invoke(command, arguments)


@pytest.fixture(scope="session")
def manifest(tmp_path_factory: pytest.TempPathFactory, token: Token) -> dict[str, Any]:
    """What the browser reads of an installed host."""
    folder = tmp_path_factory.mktemp("hosts")
    done = install(folder, "--token-dir", str(token.directory))
    assert done.exit_code == 0, done.output
    told: dict[str, Any] = json.loads((folder / "eu.webeid.json").read_text())
    return told


def call(manifest: dict[str, Any], message: bytes) -> tuple[list[dict[str, Any]], str]:
    """What the host answers when the browser starts it and sends this, and what it tells on standard error."""
    host = [manifest["path"], f"chrome-extension://{EXTENSION}/"]
    sent = len(message).to_bytes(4, sys.byteorder) + message
    done = subprocess.run(host, input=sent, env=clean_environ(), capture_output=True, check=True, timeout=60)
    replies, rest = [], done.stdout
    while rest:
        size = int.from_bytes(rest[:4], sys.byteorder)
        replies.append(json.loads(rest[4 : 4 + size]))
        rest = rest[4 + size :]
    return replies, done.stderr.decode()


def authenticate(manifest: dict[str, Any], **arguments: Any) -> dict[str, Any]:
    """The reply to the extension's one command for signing in."""
    message = {"command": "authenticate", "arguments": {"challengeNonce": NONCE, "origin": PORTAL} | arguments}
    version, reply = call(manifest, json.dumps(message).encode())[0]
    assert version.keys() == {"version"}
    return reply


def test_the_manifest_is_what_chromium_looks_for(manifest: dict[str, Any]) -> None:
    assert (manifest["name"], manifest["type"]) == ("eu.webeid", "stdio")
    assert manifest["allowed_origins"] == [f"chrome-extension://{EXTENSION}/"]
    assert Path(manifest["path"]).is_absolute()


def test_it_signs_hash_of_origin_and_hash_of_nonce(manifest: dict[str, Any]) -> None:
    token = authenticate(manifest, lang="vi")
    assert token["format"] == "web-eid:1.0"
    assert token["algorithm"] == "RS256"
    key = x509.load_der_x509_certificate(base64.b64decode(token["unverifiedCertificate"])).public_key()
    assert isinstance(key, rsa.RSAPublicKey)
    signed = hashlib.sha256(PORTAL.encode()).digest() + hashlib.sha256(NONCE.encode()).digest()
    key.verify(base64.b64decode(token["signature"]), signed, padding.PKCS1v15(), hashes.SHA256())


def test_it_ends_politely_when_the_extension_only_looks_whether_it_is_there(manifest: dict[str, Any]) -> None:
    replies, _ = call(manifest, b'{"command":"quit","arguments":{}}')
    assert replies[0]["version"].startswith("2.")
    assert replies[1:] == [{}]


@pytest.mark.parametrize("origin", ["https://evil.example", f"{PORTAL}/", f"{PORTAL}.evil.example", "", ["x"]])
def test_C23_another_origin_gets_no_token(origin: Any) -> None:
    shown: list[str] = []
    person = Nobody(show=shown.append)
    arguments = {"challengeNonce": NONCE, "origin": origin}
    message = json.dumps({"command": "authenticate", "arguments": arguments}).encode()
    reply = json.loads(answer(Desk(tokens(MONDAY_MORNING), person), [PORTAL], message))
    assert reply["error"]["code"] == "ERR_WEBEID_NATIVE_INVALID_ARGUMENT"
    assert "--allow-origin" in reply["error"]["message"] == shown[0]


def test_without_a_terminal_it_wants_to_know_how_to_ask_for_the_pin(tmp_path: Path) -> None:
    refused = install(tmp_path / "hosts")
    assert refused.exit_code == 1
    assert "--pin pinentry" in refused.output
    assert not (tmp_path / "hosts").exists()


def test_the_options_before_it_are_kept_for_each_start(tmp_path: Path) -> None:
    options = ("--allow-origin", "https://a.example", "--allow-origin", "https://b.example", "--answer", "quit=11")
    done = install(tmp_path, "--serial", "12AB", *options)
    assert done.exit_code == 0, done.output
    script = (tmp_path / "eu.webeid.sh").read_text()
    assert f"token-agent --pin terminal --serial 12AB {' '.join(options)} web-eid host" in script
