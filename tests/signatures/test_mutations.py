"""A good proof changed at any place is refused, and nothing that anybody sends makes the checks fall over."""

import base64

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from onboarding.signatures import chain
from onboarding.signatures.challenge import Challenge
from onboarding.signatures.refusals import Refusal
from onboarding.signatures.trust import Trust
from onboarding.token_agent.cms import signed_data
from tests.clock import MONDAY_MORNING
from tests.signatures.cards import Card, text

thorough = settings(
    max_examples=1500, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def accepted(proof: str, challenge: Challenge, trust: Trust) -> bool:
    try:
        chain.check(chain.parse("cms", proof), challenge, trust, MONDAY_MORNING)
    except Refusal:
        return False
    return True


@thorough
@given(data=st.data())
def test_a_changed_proof_is_refused(
    data: st.DataObject, good: Card, content: bytes, challenge: Challenge, trust: Trust
) -> None:
    proof = signed_data(good.der, content, good.sign)
    place = data.draw(st.integers(0, len(proof) - 1), label="place")
    length = data.draw(st.sampled_from([0, 1, 1, 1, 2, 7, 300]), label="length")
    instead = data.draw(st.binary(max_size=4), label="instead")
    changed = proof[:place] + instead + proof[place + length :]
    assert accepted(base64.b64encode(changed).decode(), challenge, trust) == (changed == proof)


@thorough
@given(junk=st.text() | st.binary(max_size=300).map(lambda junk: text(b"\x30\x82" + junk)))
def test_junk_is_refused(junk: str, challenge: Challenge, trust: Trust) -> None:
    assert not accepted(junk, challenge, trust)
