from ankang.accounts.models import Person
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
