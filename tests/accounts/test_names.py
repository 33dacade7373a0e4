"""Which spellings are one name (rule R17)."""

import unicodedata

import pytest

from onboarding.accounts.names import same_name


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Đặng Thị Xuân Hoà", "ĐẶNG THỊ XUÂN HÒA", True),
        ("Thuý", "Thúy", True),
        ("Lê Quí Đôn", "Lê Quý Đôn", True),
        ("Lê  Quý\u00a0Đôn ", "lê quý đôn", True),
        ("Nguyễn Văn Ba", "NGUYEN VAN BA", True),
        ("Đỗ Mười", "Do Muoi", True),
        ("Nguyễn Văn Bá", "Nguyễn Văn Ba", False),
        ("Nguyễn Thị Hoa", "Nguyễn Thị Hòa", False),
        ("Trần Văn Lâm", "Trần Văn Lăm", False),
        ("Nguyễn Văn Ba", "Nguyễn Văn", False),
        ("Nguyễn Văn Ba", "Trần Thị Tư", False),
    ],
)
def test_spellings(one: str, other: str, same: bool) -> None:
    for form in ("NFC", "NFD"):
        assert same_name(unicodedata.normalize(form, one), other) is same
        assert same_name(other, unicodedata.normalize(form, one)) is same
