from collections.abc import Callable

import pytest
from asn1crypto import core
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.x509.name import _ASN1Type
from cryptography.x509.oid import NameOID

from onboarding.signatures import identity
from onboarding.signatures.refusals import IdentityAmbiguous, IdentityMissing, OldIdentityCard, Refusal

AN = (NameOID.COMMON_NAME, "Nguyễn Văn An")
CCCD = (NameOID.USER_ID, "CCCD:093085001234")
CMND = (NameOID.USER_ID, "CMND:331234567")
MST = (NameOID.USER_ID, "MST:0314409058-002")


def read(*parts: tuple[x509.ObjectIdentifier, str]) -> identity.Identity:
    name = x509.Name([x509.NameAttribute(kind, value, _ASN1Type.UTF8String) for kind, value in parts])
    return identity.read(asn1_x509.Name.load(name.public_bytes()))


def refused(cause: type[Refusal], *parts: tuple[x509.ObjectIdentifier, str]) -> None:
    with pytest.raises(cause):
        read(*parts)


def test_a_person() -> None:
    assert read(AN, CCCD) == identity.Identity("093085001234", None, "Nguyễn Văn An", None)


def test_a_person_within_an_organisation() -> None:
    found = read((NameOID.ORGANIZATION_NAME, "Sở Nội vụ"), AN, MST, CCCD)
    assert found == identity.Identity("093085001234", "0314409058002", "Nguyễn Văn An", "Sở Nội vụ")


def test_an_organisation() -> None:
    assert read((NameOID.COMMON_NAME, "Công ty A"), MST).tax_code == "0314409058002"
    household = NameOID.USER_ID, "MST:093085001234"
    assert read((NameOID.COMMON_NAME, "Hộ kinh doanh An"), household).tax_code == "093085001234"


def test_twelve_digits_under_the_old_prefix_are_the_new_number() -> None:
    assert read(AN, (NameOID.USER_ID, "CMND:093085001234")).national_id == "093085001234"


def test_an_old_number_beside_the_new_one_does_not_matter() -> None:
    assert read(AN, CMND, CCCD).national_id == "093085001234"


def test_an_old_number_alone_is_explained() -> None:
    refused(OldIdentityCard, AN, CMND)


def test_other_numbers_are_passed_over() -> None:
    assert read(AN, CCCD, (NameOID.USER_ID, "BHXH:0123456789"), (NameOID.USER_ID, "HC:C1234567")).national_id


@pytest.mark.parametrize("other", [(NameOID.SERIAL_NUMBER, "093085001234"), (NameOID.USER_ID, "093085001234")])
def test_a_number_elsewhere_or_without_a_prefix_names_nobody(other: tuple[x509.ObjectIdentifier, str]) -> None:
    refused(IdentityMissing, AN, other)


@pytest.mark.parametrize(
    "odd",
    [
        "CCCD:093085001235",  # a second one
        "CMND:093085001235",  # the same under the old prefix
        "CCCD:093085001234",  # even the same again
        "cccd: 093085001234",
        "MST:123",
        "MST:0314409058-002\0",
        "BHXH:1\0",
        "BHXH:1\u202e",
    ],
)
def test_values_that_could_be_read_in_two_ways_are_refused(odd: str) -> None:
    refused(IdentityAmbiguous, AN, CCCD, (NameOID.USER_ID, odd))


@pytest.mark.parametrize(
    "digits", ["09308500123", "0930850012345", "09308500123a", "٠٩٣٠٨٥٠٠١٢٣٤", "093085001234\n"]
)
def test_a_number_is_twelve_plain_digits(digits: str) -> None:
    refused(IdentityAmbiguous, AN, (NameOID.USER_ID, f"CCCD:{digits}"))


def test_there_is_one_name() -> None:
    refused(IdentityAmbiguous, CCCD)
    refused(IdentityAmbiguous, AN, AN, CCCD)
    refused(IdentityAmbiguous, (NameOID.COMMON_NAME, "An\0 khác"), CCCD)


def test_names_come_in_one_form() -> None:
    assert read((NameOID.COMMON_NAME, "Nguye\u0302\u0303n Va\u0306n An"), CCCD).name == "Nguyễn Văn An"


@pytest.mark.parametrize("string", [core.TeletexString, core.UniversalString, core.IA5String, core.OctetString])
def test_odd_string_types_are_refused(string: Callable[[object], core.Asn1Value]) -> None:
    value = b"CCCD:093085001234" if string is core.OctetString else "CCCD:093085001234"
    uid = core.Sequence()
    uid.contents = core.ObjectIdentifier("0.9.2342.19200300.100.1.1").dump() + string(value).dump()
    rdn = core.Set()
    rdn.contents = uid.dump()
    subject = core.Sequence()
    subject.contents = rdn.dump()
    with pytest.raises(IdentityAmbiguous):
        identity.read(asn1_x509.Name.load(subject.dump()))
