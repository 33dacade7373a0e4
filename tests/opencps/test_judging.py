"""An id is taken as it was written, or not at all: nobody guesses digits that a spreadsheet lost or added."""

import pytest

from onboarding.opencps.judging import NotTaken, judge

BA = {"applicantName": "Nguyễn Văn Ba", "applicantIdType": "citizen", "contactTelNo": "0901234567"}


@pytest.mark.parametrize("written", ["093065001234", "093 065 001 234", "093.065.001.234", "0930-6500-1234"])
def test_an_id_may_be_written_in_groups(written: str) -> None:
    assert judge(BA | {"applicantIdNo": written}).who.national_id == "093065001234"


@pytest.mark.parametrize(
    "changed",
    [
        "93065001234.0",
        "93065001234 .0",
        "93065001234．0",
        "12345678.0",
        "93065001234",
        "930650012.34",
        "9.30650012345",
        "93.065.001.234.0",
        "9.3065E+10",
        "093065001234.",
        "093065001234" + " " * 30 + "9",
    ],
)
def test_an_id_that_was_a_number_on_the_way_is_refused(changed: str) -> None:
    with pytest.raises(NotTaken, match="not an identity number"):
        judge(BA | {"applicantIdNo": changed})


def test_a_business_with_its_owners_number_is_taken() -> None:
    assert (
        judge(BA | {"applicantIdType": "business", "applicantIdNo": "093065001234"}).who.tax_code == "093065001234"
    )


@pytest.mark.parametrize("changed", ["100109106", "100109100.0", "630000016.0"])
def test_a_tax_code_that_was_a_number_on_the_way_is_refused(changed: str) -> None:
    with pytest.raises(NotTaken, match="not a tax code"):
        judge(BA | {"applicantIdType": "business", "applicantIdNo": changed})
