"""An anchor as the validator takes it: a name and a key, and the limits that its own certificate sets (RFC 5937).

Path length and names are limits that a root makes for its authorities. Policies are not: no profile asks for one.
"""

from asn1crypto import x509
from pyhanko_certvalidator.authority import CertTrustAnchor, TrustQualifiers
from pyhanko_certvalidator.name_trees import (
    PKIXSubtrees,
    default_excluded_subtrees,
    default_permitted_subtrees,
    process_general_subtrees,
)
from pyhanko_certvalidator.policy_decl import PKIXValidationParams


def anchor(certificate: x509.Certificate) -> CertTrustAnchor:
    """The anchor that this certificate stands for."""
    names = PKIXValidationParams(
        initial_permitted_subtrees=default_permitted_subtrees() | subtrees(certificate, "permitted_subtrees"),
        initial_excluded_subtrees=default_excluded_subtrees() | subtrees(certificate, "excluded_subtrees"),
    )
    length = certificate.max_path_length
    # The validator takes both lengths from here where there is one.
    return CertTrustAnchor(certificate, TrustQualifiers(names, max_path_length=length, max_aa_path_length=length))


def subtrees(certificate: x509.Certificate, which: str) -> PKIXSubtrees:
    """One half of a certificate's name constraints, by kind of name; empty where it has none."""
    constraints = certificate.name_constraints_value
    if constraints is None or not constraints[which]:
        return {}
    return process_general_subtrees(constraints[which])
