"""The PIN is asked for each signature anew; refusing is possible; few tries and a locked token are told before."""

import os
import pty
import shutil
from pathlib import Path
from threading import Thread

import pkcs11
import pytest

from onboarding.sandbox.tokens import MODULE
from onboarding.token_agent.desk import Desk
from onboarding.token_agent.failures import Cancelled, Failure, NoPrivateKey, PinLocked, WrongPin
from onboarding.token_agent.person import AtTerminal, Nobody
from onboarding.token_agent.pinentry import PROGRAM, AtPinentry
from onboarding.token_agent.signer import Signer
from onboarding.token_agent.token import Tokens
from onboarding.token_agent.vnpt import Conversation
from tests.machine import missing
from tests.token_agent.conftest import PORTAL, Token

COUNT_LOW, FINAL_TRY, LOCKED = 0x10000, 0x20000, 0x40000  # CKF_USER_PIN_… (PKCS #11 v2.40, section 3.2)
FLAGS = bytes.fromhex("8000534b0000000000000002")  # SoftHSM's own attribute CKA_OS_TOKENFLAGS, a number


def answering(monkeypatch: pytest.MonkeyPatch, answer: str) -> None:
    """A person who types this; a test has no terminal."""
    monkeypatch.setattr("getpass.getpass", lambda _prompt: answer)


def test_what_was_typed_is_the_pin(monkeypatch: pytest.MonkeyPatch) -> None:
    answering(monkeypatch, "4711")
    assert AtTerminal().pin("token", "") == "4711"


def test_nothing_typed_refuses_and_the_page_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    answering(monkeypatch, "")
    with pytest.raises(Cancelled):
        AtTerminal().pin("token", "")


class Several:
    """Tokens with several certificates, or an owner who refuses."""

    def __init__(self, *signers: Signer) -> None:
        self.found = list(signers)

    def signers(self) -> list[Signer]:
        if not self.found:
            raise Cancelled
        return self.found


def test_a_refusal_has_the_plugins_code_for_cancelled() -> None:
    shown: list[str] = []
    desk = Desk(Several(), AtTerminal(shown.append), PORTAL)
    reply = Conversation(desk, "/plugin").answer('{"functionID":4,"funcCallback":"c","args":["QQ=="]}')
    assert reply.startswith('{"code": 11')
    assert shown[-1] == Cancelled.sentence


@pytest.fixture
def own(token: Token, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the test token that only this process has plugged in."""
    folder = Path(shutil.copytree(token.directory, tmp_path / "token"))
    configuration = (folder / "softhsm2.conf").read_text().replace(str(token.directory), str(folder))
    (folder / "softhsm2.conf").write_text(configuration)
    monkeypatch.setenv("SOFTHSM2_CONF", str(folder / "softhsm2.conf"))
    pkcs11.lib(MODULE).reinitialize()
    return folder


def flag(folder: Path, wanted: int) -> None:
    """Have the module say this of the token's PIN, as SoftHSM itself never does beyond the first warning."""
    [path] = folder.glob("tokens/*/token.object")
    before, mark, after = path.read_bytes().partition(FLAGS)
    flags = int.from_bytes(after[:8], "big") | wanted
    path.write_bytes(before + mark + flags.to_bytes(8, "big") + after[8:])
    pkcs11.lib(MODULE).reinitialize()


@pytest.mark.token
def test_a_wrong_pin_is_told_and_the_next_time_the_warning_comes_before_the_question(
    own: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown: list[str] = []
    tokens = Tokens(MODULE, AtTerminal(shown.append))
    answering(monkeypatch, "0000")
    with pytest.raises(WrongPin):
        tokens.signers()[0].sign(b"data")
    assert shown == []
    answering(monkeypatch, "4711")
    assert tokens.signers()[0].sign(b"data")
    assert shown == ["A wrong PIN was entered before; few tries are left."]
    flag(own, FINAL_TRY | COUNT_LOW)
    assert tokens.signers()[0].sign(b"data")
    assert shown[1:] == ["One try is left: one more wrong PIN locks the token."]


@pytest.mark.token
def test_a_locked_token_says_so_and_asks_for_no_pin(own: Path) -> None:
    flag(own, LOCKED)
    shown: list[str] = []
    desk = Desk(Tokens(MODULE, Nobody(own / "there is no PIN", shown.append)), AtTerminal(shown.append), PORTAL)
    reply = Conversation(desk, "/plugin").answer('{"functionID":4,"funcCallback":"c","args":["QQ=="]}')
    assert reply.startswith('{"code": 12')
    assert shown[-1] == PinLocked.sentence


@pytest.mark.token
def test_a_certificate_without_its_key_has_its_own_failure(own: Path) -> None:
    with next(iter(pkcs11.lib(MODULE).get_tokens(token_label="sandbox"))).open(
        rw=True, user_pin="4711"
    ) as session:
        session.get_key(pkcs11.ObjectClass.PRIVATE_KEY).destroy()
    with pytest.raises(NoPrivateKey):
        Tokens(MODULE, Nobody(own)).signers()[0].sign(b"data")


@pytest.fixture
def dialog(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> int:
    """A terminal where pinentry asks; the number of what a person types into."""
    program = shutil.which("pinentry-tty")
    if not program:
        missing("pinentry-tty")
    (tmp_path / PROGRAM).symlink_to(program)
    keyboard, terminal = pty.openpty()
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("GPG_TTY", os.ttyname(terminal))
    monkeypatch.setenv("TERM", "dumb")
    return keyboard


@pytest.mark.parametrize("typed", ["47%11", ""])
def test_pinentry_shows_what_is_signed_and_asks(dialog: int, typed: str) -> None:
    seen = b""

    def person() -> None:
        nonlocal seen
        while b"PIN:" not in seen.split(b"Token: ")[-1]:
            seen += os.read(dialog, 1000)
        os.write(dialog, f"{typed}\n".encode())

    reading = Thread(target=person, daemon=True)
    reading.start()
    asked = AtPinentry()
    asked.show(f"{PORTAL} asks you to sign:\n\nXin chào 100%")
    try:
        assert asked.pin("my token", "One try is left.") == typed
    except Cancelled:
        assert typed == ""
    reading.join(timeout=10)
    told = seen.decode().replace("\r", "")
    assert "Xin chào 100%" in told
    assert "Token: my token\nOne try is left." in told


def test_without_pinentry_the_page_gets_a_failure(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(Failure):
        AtPinentry().pin("my token", "")
