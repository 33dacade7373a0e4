from uuid import UUID, uuid4

from hypothesis import given
from hypothesis import strategies as st

from onboarding.sealed import Keyring
from onboarding.sms.references import message_of, reference

KEYRING = Keyring([b"k" * 32], b"i" * 32)


@given(st.uuids())
def test_a_reference_leads_back_to_its_message_and_fits_every_gateway(message_id: UUID) -> None:
    told = reference(KEYRING, "esms", message_id)
    assert message_of(KEYRING, "esms", told) == message_id
    assert len(told) == 50
    assert told.replace("-", "").replace("_", "").isalnum()


def test_a_repeat_has_the_same_reference() -> None:
    message_id = uuid4()
    assert reference(KEYRING, "esms", message_id) == reference(KEYRING, "esms", message_id)


def test_a_reference_is_good_for_one_gateway_and_under_one_key() -> None:
    told = reference(KEYRING, "esms", uuid4())
    assert message_of(KEYRING, "kannel", told) is None
    assert message_of(Keyring([b"k" * 32], b"j" * 32), "esms", told) is None


@given(st.text(max_size=60))
def test_nobody_guesses_one(text: str) -> None:
    assert message_of(KEYRING, "esms", text) is None
