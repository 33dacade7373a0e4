"""Proof kind `cms`: CMS SignedData (RFC 5652), the challenge inside it or beside it, as VNPT's signCms gives.

A verified CMS is not enough (rule R33): a signature over attributes can be packed again as one over content.
So signed attributes are required, in DER, with contentType and messageDigest once each and right. The
envelope round them may be BER, which streaming programs write; nothing in it is believed.
"""

import base64
import binascii
import hmac
from dataclasses import dataclass
from typing import Any

from asn1crypto import cms, core, parser, x509

from onboarding.signatures import algorithms
from onboarding.signatures.certificate import check_form
from onboarding.signatures.challenge import Challenge
from onboarding.signatures.der import is_der, nothing_left_over
from onboarding.signatures.proof import LONGEST_PROOF, MOST_CERTIFICATES
from onboarding.signatures.refusals import (
    UNREADABLE,
    Malformed,
    NoSignedAttributes,
    TooLarge,
    WeakAlgorithm,
    WrongContent,
    demand,
)

SIGNER_VERSIONS = {"issuer_and_serial_number": "v1", "subject_key_identifier": "v3"}


@dataclass(frozen=True)
class CmsProof:
    """One signer's CMS, parsed. `content` is None where the signed text stands beside it (detached)."""

    certificate: x509.Certificate
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
        algorithms.verify(self.certificate.public_key.dump(), self.scheme, self.signature, self.signed)


def parse(text: str) -> CmsProof:
    """Read a CMS in base64, line breaks allowed.

    Raises:
        TooLarge, Malformed, NoSignedAttributes, WeakAlgorithm: see there.
    """
    if len(text) > LONGEST_PROOF:
        raise TooLarge
    try:
        encoded = base64.b64decode("".join(text.split()), validate=True)
        content_info = cms.ContentInfo.load(encoded, strict=True)
        demand(content_info["content_type"].native == "signed_data")
        demand(nothing_left_over(encoded, cms.ContentInfo))
        return read(content_info["content"])
    except (binascii.Error, *UNREADABLE):
        raise Malformed from None


def read(signed_data: cms.SignedData) -> CmsProof:
    """The proof in a SignedData with exactly one signer."""
    demand(len(signed_data["signer_infos"]) == 1)
    signer = signed_data["signer_infos"][0]
    identifier = signer["sid"]
    demand(signer["version"].native == signed_data["version"].native == SIGNER_VERSIONS[identifier.name])
    demand(signed_data["digest_algorithms"].native == [signer["digest_algorithm"].native])
    message_digest, signed = read_attributes(signer["signed_attrs"])
    return CmsProof(
        certificate=find_certificate(signed_data["certificates"], identifier),
        content=read_content(signed_data["encap_content_info"]),
        message_digest=message_digest,
        signed=signed,
        scheme=read_scheme(signer),
        signature=signer["signature"].native,
    )


def read_content(encapsulated: cms.EncapsulatedContentInfo) -> bytes | None:
    """The attached bytes; None where there are none."""
    demand(encapsulated["content_type"].native == "data")
    content: bytes | None = encapsulated["content"].native
    demand(content is None or isinstance(content, bytes))
    return content


def read_attributes(attributes: Any) -> tuple[bytes, bytes]:
    """The messageDigest, and what is signed: the attributes as a SET OF in DER (RFC 5652, section 5.4)."""
    if isinstance(attributes, core.Void):
        raise NoSignedAttributes
    demand(is_der(attributes.contents, sorted_=True))
    kinds = [attribute["type"].native for attribute in attributes]
    found = {attribute["type"].native: attribute["values"] for attribute in attributes}
    demand(len(kinds) == len(found) and found["content_type"].native == ["data"])
    demand(len(found["message_digest"]) == 1)
    return found["message_digest"][0].native, parser.emit(0, 1, 17, attributes.contents)


def read_scheme(signer: cms.SignerInfo) -> algorithms.Scheme:
    """The signature scheme; a label that contradicts the digest is refused."""
    digest, label = signer["digest_algorithm"]["algorithm"].native, signer["signature_algorithm"]
    if digest not in algorithms.HASHES:
        raise WeakAlgorithm
    family = label.signature_algo
    if label["algorithm"].native != "rsassa_pkcs1v15":
        demand(label.hash_algo == digest)
    if family == "rsassa_pss":
        parameters = label["parameters"]
        mask = parameters["mask_gen_algorithm"]
        demand(mask["algorithm"].native == "mgf1" and mask["parameters"]["algorithm"].native == digest)
        demand(parameters["salt_length"].native == algorithms.HASHES[digest].digest_size)
        demand(parameters["trailer_field"].native == "trailer_field_bc")
    else:
        demand(label["parameters"].native is None)
    return algorithms.Scheme(family, digest)


def find_certificate(certificates: cms.CertificateSet, identifier: cms.SignerIdentifier) -> x509.Certificate:
    """The one certificate that the signer names. The others that came along are not looked at (rule R35)."""
    demand(0 < len(certificates) <= MOST_CERTIFICATES)
    offered = [choice.chosen for choice in certificates if choice.name == "certificate"]
    found = [certificate for certificate in offered if named(certificate, identifier)]
    demand(len(found) == 1)
    check_form(found[0])
    return found[0]


def named(certificate: x509.Certificate, identifier: cms.SignerIdentifier) -> bool:
    """Whether a certificate is the one of issuer and serial number, or of the subject key identifier."""
    if identifier.name == "subject_key_identifier":
        return bool(certificate.key_identifier == identifier.native)
    wanted = identifier.chosen
    return bool(
        certificate.serial_number == wanted["serial_number"].native
        and certificate.issuer.dump() == wanted["issuer"].dump()
    )
