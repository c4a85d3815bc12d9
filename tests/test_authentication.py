import pytest

from flux.authentication import authenticate
from flux.errors import NotConfigured, Unauthorized
from flux.settings import load

SETTINGS = load({"API_KEY": "k1", "API_KEYS": '{"phone": "k2", "laptop": "schlüssel"}'})


@pytest.mark.parametrize(
    ("authorization", "label"),
    [
        ("Bearer k1", "default"),
        ("bearer k1", "default"),
        ("BEARER   k1", "default"),
        ("  Bearer k1 ", "default"),
        ("Bearer k2", "phone"),
        ("Bearer schlüssel", "laptop"),
    ],
)
def test_a_right_key_is_known_by_its_label(authorization: str, label: str) -> None:
    assert authenticate(authorization, SETTINGS) == label


@pytest.mark.parametrize(
    ("authorization", "message"),
    [
        (None, "No key was given. Send the header 'Authorization: Bearer YOUR_KEY'."),
        ("", "No key was given. Send the header 'Authorization: Bearer YOUR_KEY'."),
        ("   ", "No key was given. Send the header 'Authorization: Bearer YOUR_KEY'."),
        ("k1", "The header 'Authorization' must read 'Bearer YOUR_KEY'."),
        ("Bearer", "The header 'Authorization' must read 'Bearer YOUR_KEY'."),
        ("Basic azE6", "The header 'Authorization' must read 'Bearer YOUR_KEY'."),
        ("Bearer k1 k2", "The header 'Authorization' must read 'Bearer YOUR_KEY'."),
        ("Bearerk1", "The header 'Authorization' must read 'Bearer YOUR_KEY'."),
        ("Bearer wrong", "The key is wrong."),
        ("Bearer k", "The key is wrong."),
        ("Bearer k11", "The key is wrong."),
        ("Bearer K1", "The key is wrong."),
        ("Bearer default", "The key is wrong."),
        ("Bearer phone", "The key is wrong."),
    ],
)
def test_a_missing_a_malformed_and_a_wrong_key_are_told_apart(
    authorization: str | None, message: str
) -> None:
    with pytest.raises(Unauthorized) as refusal:
        authenticate(authorization, SETTINGS)
    assert (refusal.value.status, refusal.value.code) == (401, "invalid_api_key")
    assert refusal.value.message == message


@pytest.mark.parametrize("authorization", [None, "", "Bearer ", "Bearer k1"])
@pytest.mark.parametrize("environment", [{}, {"API_KEY": " "}, {"API_KEYS": "{}"}])
def test_without_any_key_the_service_is_closed(
    authorization: str | None, environment: dict[str, str]
) -> None:
    with pytest.raises(NotConfigured) as refusal:
        authenticate(authorization, load(environment))
    assert (refusal.value.status, "API_KEY" in refusal.value.message) == (503, True)


def test_the_labelled_keys_suffice() -> None:
    assert authenticate("Bearer k2", load({"API_KEYS": '{"phone": "k2"}'})) == "phone"
