from dataclasses import replace

import pytest

from onboarding.signatures.challenge import Challenge


def test_the_text_is_the_same_for_the_same_fields_to_the_byte(challenge: Challenge) -> None:
    assert challenge.text() == (
        "onboarding-challenge: 1\n"
        "portal: Cong Dich vu cong tinh Hau Giang\n"
        "origin: http://127.0.0.1:8000\n"
        "purpose: sign-in\n"
        "nonce: 0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef\n"
        "issued-at: 2026-11-23T02:00:00Z\n"
        "expires-at: 2026-11-23T02:05:00Z\n"
    )


def test_letters_in_one_piece_or_with_combining_marks_give_one_text(challenge: Challenge) -> None:
    decomposed = replace(
        challenge, portal="Co\u0302\u0309ng Di\u0323ch vu\u0323 co\u0302ng ti\u0309nh Ha\u0323\u0302u Giang"
    )
    assert decomposed.text() == challenge.text()


@pytest.mark.parametrize(
    "field",
    [
        {"portal": "Portal\npurpose: register"},
        {"origin": "http://127.0.0.1:8000\r"},
        {"origin": ""},
        {"purpose": "sign-in\n"},
        {"purpose": "sign\u2028in"},
        {"portal": " two  spaces"},
        {"nonce": "0" * 63},
        {"nonce": "0" * 64 + "\n"},
        {"nonce": "A" * 64},
    ],
)
def test_a_field_cannot_forge_a_line_or_shorten_the_nonce(challenge: Challenge, field: dict[str, str]) -> None:
    with pytest.raises(ValueError, match="challenge"):
        replace(challenge, **field).text()
