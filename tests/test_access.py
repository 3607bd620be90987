"""Every address as every scope, as a worker and as a stranger: see access_matrix.py."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from django.test import Client
from django.urls import URLPattern, get_resolver, resolve, reverse
from django.urls.converters import IntConverter

from ankang.accounts.models import User
from ankang.organizations.models import Employer
from tests import make
from tests.access_matrix import CITY, DISTRICT, EMPLOYER, MATRIX, PUBLIC, SCOPES

REFUSED = {403, 404}


@dataclass(frozen=True)
class Address:
    """One pattern of the resolver."""

    name: str
    path: str
    parts: dict[str, Any]


def addresses() -> Iterator[Address]:
    """All addresses with a name, the admin's left out."""
    return walk(get_resolver().url_patterns, Address("", "/", {}))


def walk(patterns: list[Any], above: Address) -> Iterator[Address]:
    """The addresses below a part of a path and its names."""
    for pattern in patterns:
        path = above.path + str(pattern.pattern)
        parts = {**above.parts, **pattern.pattern.converters}
        if isinstance(pattern, URLPattern):
            yield Address(f"{above.name}{pattern.name}", path, parts)
        elif pattern.namespace != "admin":
            prefix = f"{pattern.namespace}:" if pattern.namespace else ""
            yield from walk(
                pattern.url_patterns, Address(above.name + prefix, path, parts)
            )


CONSOLE = sorted(
    (one for one in addresses() if one.path.startswith("/console/")),
    key=lambda one: one.name,
)
ELSEWHERE = sorted(
    (one for one in addresses() if not one.path.startswith("/console/")),
    key=lambda one: one.name,
)


def status_for(user: User | None, name: str) -> int:
    """What the user, or a stranger, gets at the address."""
    access = MATRIX[name]
    client = Client()
    if user:
        client.force_login(user)
    path = reverse(name, kwargs=access.arguments(user or make.staff()))
    answer = getattr(client, access.method)(path)
    if answer.streaming:
        b"".join(answer)
    is_turned_away = answer.status_code == 302 and answer["Location"].startswith(
        "/accounts/"
    )
    return 403 if is_turned_away else answer.status_code


def test_every_console_address_is_in_the_matrix_and_nothing_else() -> None:
    assert {one.name for one in CONSOLE} == set(MATRIX)


@pytest.mark.parametrize("name", sorted(MATRIX))
def test_a_console_address_opens_for_its_scopes_and_no_others(name: str) -> None:
    make.edition()
    statuses = {scope: status_for(make.staff(scope), name) for scope in SCOPES}

    opened = {scope for scope, status in statuses.items() if status not in REFUSED}
    assert opened == MATRIX[name].scopes, statuses
    assert all(status < 500 for status in statuses.values()), statuses


@pytest.mark.parametrize("name", sorted(MATRIX))
def test_a_console_address_is_closed_to_workers_and_strangers(name: str) -> None:
    make.edition()

    assert status_for(make.learner(), name) in REFUSED
    assert status_for(None, name) in REFUSED


@pytest.mark.parametrize("name", sorted(MATRIX))
def test_a_console_address_waits_for_the_second_factor(
    name: str, settings: Any
) -> None:
    settings.MFA_REQUIRED_SCOPES = [CITY]
    make.edition()

    if name != "console:membership":
        assert status_for(make.staff(CITY), name) in REFUSED


OF_ONE_PLACE = [
    "console:employer-detail",
    "console:employer-remind",
    "console:person-detail",
    "console:person-id-number",
    "console:person-lesson",
    "rosters:import-detail",
    "rosters:import-progress",
    "rosters:import-confirm",
    "rosters:import-drop",
    "rosters:import-corrections",
    "rosters:employer",
    "rosters:worker-create",
    "rosters:poster",
    "rosters:join-confirm",
    "rosters:join-decline",
]


@pytest.mark.parametrize("scope", [DISTRICT, EMPLOYER])
@pytest.mark.parametrize("name", OF_ONE_PLACE)
def test_what_belongs_to_a_neighbor_is_not_found(
    client: Client, name: str, scope: str
) -> None:
    make.edition()
    neighbor = make.staff(EMPLOYER, employer=elsewhere())
    path = reverse(name, kwargs=MATRIX[name].arguments(neighbor))
    client.force_login(make.staff(scope))

    assert getattr(client, MATRIX[name].method)(path).status_code == 404


def elsewhere() -> Employer:
    """An employer of another district than the usual one."""
    return make.employer(district=make.district("990103"))


@pytest.mark.parametrize("address", ELSEWHERE, ids=lambda one: one.name)
def test_every_other_address_sends_strangers_to_sign_in_unless_it_is_public(
    client: Client, address: Address
) -> None:
    values = {
        part: 1 if isinstance(converter, IntConverter) else "x"
        for part, converter in address.parts.items()
    }
    path = reverse(address.name, kwargs=values)

    is_closed = getattr(resolve(path).func, "login_required", True)
    assert is_closed is (address.name not in PUBLIC), path
    if is_closed:
        answer = client.get(path)
        assert answer.status_code == 302
        assert answer["Location"].startswith("/accounts/s")


def test_the_public_list_names_only_addresses_that_exist() -> None:
    assert set(PUBLIC) <= {one.name for one in ELSEWHERE}


@pytest.mark.parametrize("path", ["/admin/", "/admin/accounts/user/"])
def test_the_admin_is_for_superusers(client: Client, path: str) -> None:
    assert client.get(path).status_code == 302
    client.force_login(make.staff(CITY))
    assert client.get(path, follow=True).status_code == 403
