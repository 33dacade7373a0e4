"""The agent's certificate is made once, for localhost, and again before it ends."""

import stat
from datetime import timedelta
from pathlib import Path

from onboarding.token_agent import tls
from tests.clock import MONDAY_MORNING


def test_a_certificate_is_kept_until_it_ends_soon(tmp_path: Path) -> None:
    tls.server_context(tmp_path / "agent", MONDAY_MORNING)
    path = tmp_path / "agent" / "localhost.pem"
    first = path.read_bytes()
    tls.server_context(tmp_path / "agent", MONDAY_MORNING + timedelta(days=389))
    assert path.read_bytes() == first
    tls.server_context(tmp_path / "agent", MONDAY_MORNING + timedelta(days=391))
    assert path.read_bytes() != first


def test_its_key_is_for_the_owner_only(tmp_path: Path) -> None:
    tls.server_context(tmp_path, MONDAY_MORNING)
    assert stat.S_IMODE((tmp_path / "localhost.pem").stat().st_mode) == 0o600
