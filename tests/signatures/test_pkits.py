"""NIST's Public Key Interoperability Test Suite, every case, through path, profile and revocation lists."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import cryptography_vectors

from tests.clock import MONDAY_MORNING
from tests.machine import vectors
from tests.signatures.verdicts import ACCEPTED, Case

FILES = Path(cryptography_vectors.__file__).parent / "x509" / "PKITS_data"
REASONS = {
    "asks for policies at the start, which no profile does: every policy is as good": {
        "all_certificates_no_policies_test2_force_explicit",
        "all_certs_same_policy_test1_with_constraint_mismatch",
        "any_policy_test14_with_testpol2",
        "different_policies_test3_force_explicit",
        "different_policies_test3_force_explicit_with_user_set",
        "inhibit_any_policy_test3_initial_inhibit",
        "valid_policy_mapping_test2_inhibit_mapping",
        "valid_policy_mapping_test2_inhibit_mapping_testpol1",
        "valid_policy_mapping_test2_with_testpol2",
        "valid_policy_mapping_test3_with_testpol1",
        "valid_policy_mapping_test5_with_testpol6",
        "valid_policy_mapping_test6_with_testpol6",
    },
    "an authority does not sign in, and it is one": {
        "overlapping_policies_test6",
        "overlapping_policies_test6_with_testpol1",
        "valid_onlycontainscacerts_crl_test13",
        "valid_pathlenconstraint_test14",
        "valid_pathlenconstraint_test8",
    },
    "DSA is not on the allow-list (P35)": {
        "valid_dsa_parameter_inheritance_test5",
        "valid_dsa_signatures_test4",
    },
    "whom a list once named stays refused (P37), on hold or not, whatever a delta list says later": {
        "valid_deltacrl_test5",
    },
}


def case(told: dict[str, Any]) -> Case:
    """A case as the suite tells it; the root and its list belong to all of them."""

    def files(folder: str, names: list[str]) -> list[bytes]:
        return [(FILES / folder / name).read_bytes() for name in names]

    return Case(
        certificate=(FILES / "certs" / told["cert"]).read_bytes(),
        anchors=files("certs", ["TrustAnchorRootCertificate.crt"]),
        intermediates=files("certs", told.get("other_certs", [])),
        lists=files("crls", ["TrustAnchorRootCRL.crl", *told.get("crls", [])]),
        now=MONDAY_MORNING,
    )


def test_C15_C17_every_case_has_its_verdict(
    tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    cases = vectors.read("pkits", "pkits.json")
    assert len(cases) == 246
    right = {
        told["name"]: (case(told).verdict(tmp_path / told["name"]) == ACCEPTED) != ("error" in told)
        for told in cases
    }
    others = set().union(*REASONS.values())
    assert {name for name, well in right.items() if not well} == others
    record_property(
        "vectors",
        f"NIST PKITS: {len(cases)} cases, {len(cases) - len(others)} with its verdict, "
        f"{len(others)} for a reason that the test names",
    )
