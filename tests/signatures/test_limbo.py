"""The path validation cases of x509-limbo, through path and profile, and revocation where a case brings lists."""

import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

from asn1crypto import pem

from onboarding.signatures.issuers.profile import Profile
from onboarding.signatures.proof import MOST_CERTIFICATES
from tests.clock import MONDAY_MORNING
from tests.machine import vectors
from tests.signatures.limbo_reasons import REASONS
from tests.signatures.verdicts import ACCEPTED, Case

USAGES = {"clientAuth": "client_auth", "serverAuth": "server_auth"}
PATIENCE = 5  # seconds for one case (P34)


def ders(pems: list[str]) -> list[bytes]:
    return [pem.unarmor(one.encode())[2] for one in pems]


def case(told: dict[str, Any]) -> Case:
    """A case, with the usages that it asks for as the profile."""
    usages = [USAGES[name] for name in told["extended_key_usage"]] or USAGES.values()
    return Case(
        certificate=ders([told["peer_certificate"]])[0],
        anchors=ders(told["trusted_certs"]),
        intermediates=ders(told["untrusted_intermediates"]),
        lists=ders(told["crls"]),
        now=datetime.fromisoformat(told["validation_time"]) if told["validation_time"] else MONDAY_MORNING,
        profile=Profile("vectors", frozenset({"digital_signature"}), frozenset(usages)),
    )


def accepted(told: dict[str, Any], folder: Path) -> bool:
    """Whether we would take it. A proof with more certificates than ten is refused before they are looked at."""
    if len(told["untrusted_intermediates"]) > MOST_CERTIFICATES:
        return False
    found = case(told)
    return (found.verdict(folder) if told["crls"] else found.verdict_without_revocation(folder)) == ACCEPTED


def test_C15_C16_every_case_has_its_verdict_in_time(
    tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    cases = vectors.read("x509-limbo", "limbo.json")["testcases"]
    assert len(cases) > 200
    differing = set()
    for number, told in enumerate(cases):
        started = time.process_time()
        if accepted(told, tmp_path / str(number)) != (told["expected_result"] == "SUCCESS"):
            differing.add(told["id"])
        assert time.process_time() - started < PATIENCE, told["id"]
    others = set().union(*REASONS.values())
    assert differing == others
    told = (
        f"{len(cases)} cases, {len(cases) - len(others)} with its verdict, {len(others)} for a reason in the test"
    )
    record_property("vectors", f"x509-limbo: {told}")
