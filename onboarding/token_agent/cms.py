"""A CMS SignedData (RFC 5652) with the content inside, as VNPT's signCms and VGCA's Auth give it."""

from asn1crypto import algos, cms

from onboarding.token_agent import algorithms
from onboarding.token_agent.signer import Signer


def signed_data(signer: Signer, content: bytes) -> bytes:
    """The CMS in DER, signed with PKCS #1 v1.5 by an RSA key and with ECDSA (RFC 5753) by an EC key."""
    digest_algorithm = {"algorithm": algorithms.hash_name(signer.algorithm)}
    attributes = cms.CMSAttributes(
        [
            {"type": "content_type", "values": ["data"]},
            {"type": "message_digest", "values": [algorithms.digest(signer.algorithm, content)]},
        ]
    )
    name, signature = signed(signer, attributes.dump())
    info = {
        "version": "v1",
        "sid": {
            "issuer_and_serial_number": {
                "issuer": signer.shown.issuer,
                "serial_number": signer.shown.serial_number,
            }
        },
        "digest_algorithm": digest_algorithm,
        "signed_attrs": attributes,
        "signature_algorithm": algos.SignedDigestAlgorithm({"algorithm": name}),
        "signature": signature,
    }
    whole = {
        "version": "v1",
        "digest_algorithms": [digest_algorithm],
        "encap_content_info": {"content_type": "data", "content": content},
        "certificates": [signer.shown],
        "signer_infos": [info],
    }
    encoded: bytes = cms.ContentInfo({"content_type": "signed_data", "content": cms.SignedData(whole)}).dump()
    return encoded


def signed(signer: Signer, data: bytes) -> tuple[str, bytes]:
    """The signature over the attributes in CMS's form, and the name of its algorithm."""
    signature = signer.sign(data)
    if signer.algorithm.startswith("ES"):
        name = f"{algorithms.hash_name(signer.algorithm)}_ecdsa"
        return name, algos.DSASignature.from_p1363(signature).dump()
    return "rsassa_pkcs1v15", signature
