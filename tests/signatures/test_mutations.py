"""A good proof changed at any place is refused, and nothing that anybody sends makes the checks fall over."""

import base64
import copy
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from onboarding.signatures import chain, cms
from onboarding.signatures.challenge import Challenge
from onboarding.signatures.refusals import Malformed, Refusal
from onboarding.signatures.trust import Trust
from onboarding.token_agent.cms import signed_data
from tests.clock import MONDAY_MORNING
from tests.signatures import trees
from tests.signatures.cards import Card, card, text

CHANGES = ["leave out", "double", "put elsewhere", "retag", "reclass", "rewrite", "empty"]
thorough = settings(
    max_examples=1500, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@pytest.fixture(scope="session")
def proof(good: Card, content: bytes) -> bytes:
    return signed_data(good.der, content, good.sign)


def accepted(proof: str, challenge: Challenge, trust: Trust) -> bool:
    try:
        chain.check(chain.parse("cms", proof), challenge, trust, MONDAY_MORNING)
    except Refusal:
        return False
    return True


@thorough
@given(data=st.data())
def test_a_proof_with_other_bytes_is_refused(
    data: st.DataObject, proof: bytes, challenge: Challenge, trust: Trust
) -> None:
    place = data.draw(st.integers(0, len(proof) - 1), label="place")
    length = data.draw(st.sampled_from([0, 1, 1, 1, 2, 7, 300]), label="length")
    instead = data.draw(st.binary(max_size=4), label="instead")
    changed = proof[:place] + instead + proof[place + length :]
    assert accepted(base64.b64encode(changed).decode(), challenge, trust) == (changed == proof)


@thorough
@given(data=st.data())
def test_a_proof_put_together_in_another_way_is_refused_unless_it_says_the_same(
    data: st.DataObject, proof: bytes, challenge: Challenge, trust: Trust
) -> None:
    tree = trees.read(proof)
    row, index = data.draw(st.sampled_from(trees.places(tree)), label="place")
    change(data, tree, row, index)
    changed = text(trees.write(tree))
    if accepted(changed, challenge, trust):
        assert what_counts(changed) == what_counts(text(proof))


def change(data: st.DataObject, tree: list[trees.Node], row: list[trees.Node], index: int) -> None:
    """Change one element of the tree in one of many ways."""
    node = row[index]
    match data.draw(st.sampled_from(CHANGES), label="change"):
        case "leave out":
            del row[index]
        case "double":
            row.insert(index, copy.deepcopy(node))
        case "put elsewhere":
            other, place = data.draw(st.sampled_from(trees.places(tree)), label="where")
            other.insert(place, copy.deepcopy(node))
        case "retag":
            node.tag = data.draw(st.integers(0, 40), label="tag")
        case "reclass":
            node.kind = data.draw(st.integers(0, 3), label="class")
        case "rewrite":
            node.method, node.content = 0, data.draw(st.binary(max_size=20), label="content")
        case "empty":
            node.parts, node.content = [], b""


def what_counts(proof: str) -> tuple[bytes, bytes, bytes]:
    """The parts of a proof that its verdict rests on; the text stands inside or beside, as the sender likes."""
    read = cms.parse(proof)
    return read.certificate.dump(), read.signed, read.signature


def test_nothing_may_follow_what_the_schema_knows(proof: bytes) -> None:
    tree = trees.read(proof)
    node = tree[0]
    for _ in range(5):  # down to the signer and its parts
        node.parts.append(trees.Node(0, 0, 5, [], b""))
        with pytest.raises(Malformed):
            cms.parse(text(trees.write(tree)))
        del node.parts[-1]
        node = node.parts[-1]


def test_a_certificate_is_checked_as_it_came_not_as_it_should_be(
    proof: bytes, challenge: Challenge, trust: Trust
) -> None:
    true, other_true = b"\x01\x01\xff", b"\x01\x01\x63"  # the second is no DER; both read as true
    assert true in proof
    assert not accepted(text(proof.replace(true, other_true)), challenge, trust)


@pytest.mark.parametrize("unused", [1, 3])
def test_the_issuers_signature_has_no_unused_bits(
    issuers: Path, content: bytes, challenge: Challenge, trust: Trust, unused: int
) -> None:
    signer = card_whose_signature_ends_in_zeros(issuers, unused)
    tree = trees.read(signed_data(signer.der, content, signer.sign))
    signature = next(
        row[i] for row, i in trees.places(tree) if row[i].content == b"\0" + signer.certificate.signature
    )
    assert accepted(text(trees.write(tree)), challenge, trust)
    signature.content = bytes([unused]) + signer.certificate.signature
    assert not accepted(text(trees.write(tree)), challenge, trust)


def card_whose_signature_ends_in_zeros(issuers: Path, bits: int) -> Card:
    """One of many cards: of the serial numbers that are tried, every 2^bits-th has such a signature."""
    key = rsa.generate_private_key(65537, 2048)
    while True:
        found = card(issuers, MONDAY_MORNING, key=key)
        if found.certificate.signature[-1] % (1 << bits) == 0:
            return found


@thorough
@given(junk=st.text() | st.binary(max_size=300).map(lambda junk: text(b"\x30\x82" + junk)))
def test_junk_is_refused(junk: str, challenge: Challenge, trust: Trust) -> None:
    assert not accepted(junk, challenge, trust)
