"""A good proof changed at any place is refused, and nothing that anybody sends makes the checks fall over.

10,000 changed proofs of all kinds in one run; the same ones each time.
"""

import base64
import copy
import random
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from onboarding.signatures import chain, cms, jose
from onboarding.signatures.challenge import Challenge
from onboarding.signatures.refusals import Malformed, Refusal
from onboarding.signatures.trust import Trust
from tests.clock import MONDAY_MORNING
from tests.signatures import proofs, trees
from tests.signatures.cards import Card, card, text

CHANGES = ["leave out", "double", "put elsewhere", "retag", "reclass", "rewrite", "empty"]
thorough = settings(
    max_examples=500, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@pytest.fixture(scope="session")
def proof(good: Card, content: bytes) -> bytes:
    return good.cms(content)


def accepted(proof: str, challenge: Challenge, trust: Trust, kind: str = "cms") -> bool:
    try:
        chain.check(chain.parse(kind, proof, hash_signatures=True), challenge, trust, MONDAY_MORNING)
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
    return read.certificate.der, read.signed, read.signature


PROOFS: dict[str, Callable[[Card, Challenge], str]] = {
    "cms": lambda good, challenge: text(good.cms(challenge.text().encode())),
    "web-eid": proofs.web_eid,
    "jws": lambda good, challenge: proofs.jws(good, challenge.text().encode(), "PS256"),
    "hash-rsa": lambda good, challenge: proofs.bare(good, challenge.text().encode()),
}
ENCODED = re.compile(r"[A-Za-z0-9+/_-]{60,}={0,2}")


@pytest.mark.parametrize(
    ("kind", "count"), [("cms", 400), ("web-eid", 2700), ("jws", 2700), ("hash-rsa", 2700)]
)  # and 1,500 above and below, nearly all of them CMS
def test_changed_proofs_of_each_kind_are_refused_unless_they_say_the_same(
    good: Card, challenge: Challenge, trust: Trust, kind: str, count: int
) -> None:
    chance, sent = random.Random(kind), PROOFS[kind](good, challenge)
    assert accepted(sent, challenge, trust, kind)
    taken = 0
    for _ in range(count):
        changed = chance.choices([other_characters, other_bytes_inside], [4, 1])[0](chance, sent)
        if accepted(changed, challenge, trust, kind):
            taken += 1
            assert signed_parts(kind, changed) == signed_parts(kind, sent)
    assert taken < count / 8  # of what nobody reads, such as a program's version


def signed_parts(kind: str, proof: str) -> tuple[bytes, bytes]:
    """Certificate and signature, which are the same in every proof that is taken."""
    read: Any = chain.parse(kind, proof, hash_signatures=True)
    return read.certificate.der, read.signature


def other_characters(chance: random.Random, sent: str) -> str:
    """The proof's text with a piece replaced by others, by another piece of it, or by nothing."""
    place, other = chance.randrange(len(sent)), chance.randrange(len(sent))
    length = chance.choice([0, 1, 1, 2, 9, 300])
    instead = chance.choice(["", chance.choice('"{}[]:,.=-_ \n\0é9A\ud800'), sent[other : other + length]])
    return sent[:place] + instead + sent[place + length :]


def other_bytes_inside(chance: random.Random, sent: str) -> str:
    """One of the proof's encoded values with other bytes, encoded again as it was."""
    found = chance.choice(list(ENCODED.finditer(sent)))
    in_url = sent.count(".") == 2 and sent.isascii() and not sent.startswith("{")
    encode, decode = (proofs.base64url, jose.from_base64url) if in_url else (proofs.base64_of, base64.b64decode)
    content = bytearray(decode(found[0]))
    for _ in range(chance.choice([1, 1, 2, 5])):
        content[chance.randrange(len(content))] ^= 1 << chance.randrange(8)
    if chance.random() < 0.2:
        del content[chance.randrange(len(content)) :]
    return sent[: found.start()] + encode(bytes(content)) + sent[found.end() :]


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


def test_a_longer_true_in_a_certificate_is_not_read_as_the_true_that_was_signed(
    good: Card, challenge: Challenge, trust: Trust
) -> None:
    tree = trees.read(good.der)
    critical = next(row[i] for row, i in trees.places(tree) if (row[i].kind, row[i].tag) == (0, 1))
    for length in range(256, 512):  # two of them make the parser take a length for none, and write anew
        critical.content = b"\xff" * length
        token = proofs.web_eid(good, challenge, unverifiedCertificate=text(trees.write(tree)))
        assert not accepted(token, challenge, trust, "web-eid")


@pytest.mark.parametrize("unused", [1, 3])
def test_the_issuers_signature_has_no_unused_bits(
    issuers: Path, content: bytes, challenge: Challenge, trust: Trust, unused: int
) -> None:
    signer = card_whose_signature_ends_in_zeros(issuers, unused)
    tree = trees.read(signer.cms(content))
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
