import pytest
from cryptography.exceptions import InvalidTag

from ankang.accounts.models import Person
from ankang.core.ciphers import Keyring, new_keyring
from tests import make


def test_a_person_is_found_by_number_and_mobile_without_storing_either_in_clear() -> (
    None
):
    number, phone = make.id_number(), make.mobile()
    someone = make.person(number=number, phone=phone)

    assert Person.objects.with_id_number(number).get() == someone
    assert Person.objects.with_mobile(phone).get() == someone
    assert number.encode() not in bytes(someone.id_sealed)
    assert (someone.id_number(), someone.mobile()) == (number, phone)


@pytest.mark.parametrize("cipher", ["aes", "sm4"])
def test_either_pair_of_ciphers_opens_what_it_sealed_and_nothing_tampered(
    cipher: str,
) -> None:
    made = new_keyring(cipher)
    keys = {1: bytes.fromhex(made["keys"]["1"])}
    ring = Keyring(cipher, 1, keys, bytes.fromhex(str(made["index"])))
    sealed = ring.seal("370202198001011234")

    assert ring.open(sealed) == "370202198001011234"
    assert ring.seal("370202198001011234") != sealed
    assert ring.blind_index("id", "1") == ring.blind_index("id", "1")
    assert ring.blind_index("id", "1") != ring.blind_index("mobile", "1")
    with pytest.raises((InvalidTag, ValueError)):
        ring.open(sealed[:-1] + bytes([sealed[-1] ^ 1]))


def test_an_old_key_still_opens_after_a_new_one_is_current() -> None:
    keys = {1: bytes(32), 2: bytes([1]) * 32}
    old = Keyring("aes", 1, {1: keys[1]}, bytes(32)).seal("旧")

    assert Keyring("aes", 2, keys, bytes(32)).open(old) == "旧"
