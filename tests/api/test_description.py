"""The description is what the API does: every operation of it is called in many ways, good and bad."""

from collections import Counter
from dataclasses import replace
from typing import Any
from uuid import uuid4

import pytest
import schemathesis
from flask import Flask
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis import Case, GenerationMode
from schemathesis.config import SchemathesisConfig
from schemathesis.schemas import APIOperation

from onboarding.api.once import KEY
from tests.api.conftest import Program

ONE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
TEXTS = SchemathesisConfig.from_dict({"generation": {"allow-x00": False}})  # NUL is refused, which no schema says
EXAMPLES = 30  # of each operation
Operation = APIOperation[Any, Any, Any, Any]
POSITIVE, NEGATIVE = GenerationMode.POSITIVE, GenerationMode.NEGATIVE


@ONE
def test_every_operation_answers_as_the_description_says_whatever_is_sent(
    app: Flask, program: Program, tokens: dict[str, Any], sub: str
) -> None:
    app.extensions["settings"] = replace(app.extensions["settings"], api_reads=10**6, api_writes=10**6)
    token = {"Authorization": f"Bearer {tokens['access_token']}"}
    proofs = {"secret": program.service.basic(), "access_token": token}
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", app, config=TEXTS)
    schema.validate()
    operations = [found.ok() for found in schema.get_all_operations()]
    assert len(operations) >= 4
    for operation in sorted(operations, key=lambda one: one.method):  # what ends something comes last
        proof = proofs[next(iter(operation.definition.raw["security"][0]))]
        seen = tried(operation, proof, {"sub": sub})
        assert seen[200] > 0, f"{operation.label}: {dict(seen)}"
        print(f"{operation.label}: {dict(seen)}")


def tried(operation: Operation, proof: dict[str, str], known: dict[str, str]) -> Counter[int]:
    """Call an operation in many ways, most of them about somebody known; returns how often which status came."""
    seen: Counter[int] = Counter()
    names = {parameter.name for parameter in operation.path_parameters}
    real = {name: text for name, text in known.items() if name in names} or None
    ways = st.one_of(
        operation.as_strategy(mode, path_parameters=part)
        for mode, part in ((POSITIVE, real), (POSITIVE, None), (NEGATIVE, real))
    )

    @given(ways)
    @settings(
        max_examples=EXAMPLES, derandomize=True, deadline=None, database=None, phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    def call(case: Case) -> None:
        if KEY.fullmatch(str((case.headers or {}).get("Idempotency-Key"))):
            case.headers["Idempotency-Key"] = f'"{uuid4()}"'  # each of these requests is one of its own
        seen[case.call_and_validate(headers=proof).status_code] += 1

    call()
    return seen
