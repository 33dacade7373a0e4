"""Proof kind `cms`: CMS SignedData (RFC 5652), the challenge inside it or beside it, as VNPT's signCms gives.

A verified CMS is not enough (rule R33): a signature over attributes can be packed again as one over content.
So signed attributes are required, in DER, with contentType and messageDigest once each and right. The
envelope round them may be BER, which streaming programs write; nothing in it is believed.
"""

import base64
import binascii
import hmac
from dataclasses import dataclass

from onboarding.signatures import algorithms, der, labels
from onboarding.signatures.certificate import Offered, key_identifier, offered
from onboarding.signatures.challenge import Challenge
from onboarding.signatures.der import ABSENT, INTEGER, OBJECT_IDENTIFIER, OCTET_STRING, SEQUENCE, SET, Element
from onboarding.signatures.proof import LONGEST_PROOF, MOST_CERTIFICATES
from onboarding.signatures.refusals import (
    UNREADABLE,
    Malformed,
    NoSignedAttributes,
    TooLarge,
    WrongContent,
    demand,
)

OCTETS = (OCTET_STRING, OCTET_STRING | der.CONSTRUCTED)
SIGNED_DATA, DATA = labels.identifier("1.2.840.113549.1.7.2"), labels.identifier("1.2.840.113549.1.7.1")
CONTENT_TYPE, MESSAGE_DIGEST = (labels.identifier(f"1.2.840.113549.1.9.{number}") for number in (3, 4))
EXPLICIT, CERTIFICATES, LISTS, SIGNED, UNSIGNED = 0xA0, 0xA0, 0xA1, 0xA0, 0xA1  # RFC 5652, sections 3 and 5
CERTIFICATE_KINDS = (SEQUENCE, 0xA0, 0xA1, 0xA2, 0xA3)  # section 10.2.2
KEY_IDENTIFIER = 0x80
VERSIONS = {SEQUENCE: b"\x01", KEY_IDENTIFIER: b"\x03"}  # by how the signer is named


@dataclass(frozen=True)
class CmsProof:
    """One signer's CMS, parsed. `content` is None where the signed text stands beside it (detached)."""

    certificate: Offered
    content: bytes | None
    message_digest: bytes
    signed: bytes
    scheme: algorithms.Scheme
    signature: bytes

    def check(self, challenge: Challenge) -> None:
        """Raise WrongContent, BadSignature or WeakAlgorithm unless exactly this challenge was signed."""
        text = challenge.text().encode("ascii")
        if self.content is not None and not hmac.compare_digest(self.content, text):
            raise WrongContent
        if not hmac.compare_digest(self.message_digest, algorithms.digest(self.scheme.digest, text)):
            raise WrongContent
        algorithms.verify(self.certificate.public_key, self.scheme, self.signature, self.signed)


def parse(text: str) -> CmsProof:
    """Read a CMS in base64, line breaks allowed.

    Raises:
        TooLarge, Malformed, NoSignedAttributes, WeakAlgorithm: see there.
    """
    if len(text) > LONGEST_PROOF:
        raise TooLarge
    try:
        encoded = base64.b64decode("".join(text.split()), validate=True)
        (content_info,) = der.read(encoded, SEQUENCE)
        kind, wrapped = der.read(content_info.content, OBJECT_IDENTIFIER, EXPLICIT)
        demand(kind.content == SIGNED_DATA)
        (signed_data,) = der.read(wrapped.content, SEQUENCE)
        return read(signed_data)
    except (binascii.Error, *UNREADABLE):
        raise Malformed from None


def read(signed_data: Element) -> CmsProof:
    """The proof in a SignedData with exactly one signer. Lists that came along are not looked at (rule R35)."""
    version, hashes, content, certificates, _, signers = der.read(
        signed_data.content, INTEGER, SET, SEQUENCE, CERTIFICATES, (LISTS, ABSENT), SET
    )
    (signer,) = der.read(signers.content, SEQUENCE)
    own_version, named, hash_, attributes, label, signature, _ = der.read(
        signer.content,
        INTEGER,
        tuple(VERSIONS),
        SEQUENCE,
        (SIGNED, ABSENT),
        SEQUENCE,
        OCTETS,
        (UNSIGNED, ABSENT),
    )
    demand(version.content == own_version.content == VERSIONS[named.tag])
    message_digest, signed = read_attributes(attributes)
    (only_hash,) = der.read(hashes.content, SEQUENCE)
    digest = labels.read_hash(hash_)
    demand(labels.read_hash(only_hash) == digest)
    return CmsProof(
        certificate=find_certificate(certificates, named),
        content=read_content(content),
        message_digest=message_digest,
        signed=signed,
        scheme=labels.read_scheme(label, digest),
        signature=der.octets(signature),
    )


def read_content(encapsulated: Element) -> bytes | None:
    """The attached bytes; None where there are none."""
    kind, wrapped = der.read(encapsulated.content, OBJECT_IDENTIFIER, (EXPLICIT, ABSENT))
    demand(kind.content == DATA)
    if wrapped is der.NOTHING:
        return None
    (content,) = der.read(wrapped.content, OCTETS)
    return der.octets(content)


def read_attributes(attributes: Element) -> tuple[bytes, bytes]:
    """The messageDigest, and what is signed: the attributes as a SET OF in DER (RFC 5652, section 5.4)."""
    if attributes is der.NOTHING:
        raise NoSignedAttributes
    demand(der.is_der(attributes.content, sorted_=True))
    pairs = [der.read(one.content, OBJECT_IDENTIFIER, SET) for one in der.elements(attributes.content)]
    found = {kind.content: values.content for kind, values in pairs}
    demand(len(found) == len(pairs))
    (kind,) = der.read(found[CONTENT_TYPE], OBJECT_IDENTIFIER)
    (message_digest,) = der.read(found[MESSAGE_DIGEST], OCTET_STRING)
    demand(kind.content == DATA)
    return message_digest.content, der.write(SET, attributes.content)


def find_certificate(certificates: Element, named: Element) -> Offered:
    """The one certificate that the signer names. The others that came along are not used (rule R35)."""
    came = list(der.elements(certificates.content))
    demand(len(came) <= MOST_CERTIFICATES and all(one.tag in CERTIFICATE_KINDS for one in came))
    offers = [offered(one.whole) for one in came if one.tag == SEQUENCE]
    (found,) = [one for one in offers if is_named(one, named)]
    return found


def is_named(certificate: Offered, named: Element) -> bool:
    """Whether a certificate is the one of issuer and serial number, or of the subject key identifier."""
    if named.tag == KEY_IDENTIFIER:
        return key_identifier(certificate.der) == named.content
    issuer, serial = der.read(named.content, SEQUENCE, INTEGER)
    return (issuer.whole, serial.content) == (certificate.issuer, certificate.serial)
