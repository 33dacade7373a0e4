"""A CMS SignedData (RFC 5652) with the content inside, as VNPT's signCms gives it."""

import hashlib
from collections.abc import Callable

from asn1crypto import algos, cms, x509

SHA256 = {"algorithm": "sha256"}


def signed_data(certificate: bytes, content: bytes, sign: Callable[[bytes], bytes]) -> bytes:
    """The CMS in DER; `sign` makes the RSA PKCS#1 v1.5 signature with SHA-256 over what it is given."""
    signer_certificate = x509.Certificate.load(certificate)
    attributes = cms.CMSAttributes(
        [
            {"type": "content_type", "values": ["data"]},
            {"type": "message_digest", "values": [hashlib.sha256(content).digest()]},
        ]
    )
    signer = {
        "version": "v1",
        "sid": {
            "issuer_and_serial_number": {
                "issuer": signer_certificate.issuer,
                "serial_number": signer_certificate.serial_number,
            }
        },
        "digest_algorithm": SHA256,
        "signed_attrs": attributes,
        "signature_algorithm": algos.SignedDigestAlgorithm({"algorithm": "rsassa_pkcs1v15"}),
        "signature": sign(attributes.dump()),
    }
    signed = {
        "version": "v1",
        "digest_algorithms": [SHA256],
        "encap_content_info": {"content_type": "data", "content": content},
        "certificates": [signer_certificate],
        "signer_infos": [signer],
    }
    encoded: bytes = cms.ContentInfo({"content_type": "signed_data", "content": cms.SignedData(signed)}).dump()
    return encoded
