"""The log's open addresses, as the tools of transparency logs ask for them."""

import base64
from datetime import UTC, datetime

import pytest
from django.test import Client

from ankang.evidence import merkle
from ankang.evidence.kinds import Kind
from ankang.evidence.models import Record
from ankang.evidence.queries import public_keys
from ankang.evidence.services import Fact, append_many, seal
from ankang.evidence.tiles import Place, tile_path, tile_place

AT = datetime(2020, 9, 20, 12, 31, 5, tzinfo=UTC)


def seal_records(count: int, first: int = 0) -> None:
    append_many(
        Fact(Kind.LEARNING_BEGAN, "person:0", f"began:{number}", AT, {"year": 2020}, AT)
        for number in range(first, first + count)
    )
    seal(at=AT)


@pytest.mark.parametrize(
    ("place", "path"),
    [
        (Place(0, 0, 256), "0/000"),
        (Place(0, 0, 1), "0/000.p/1"),
        (Place(2, 67, 255), "2/067.p/255"),
        (Place(1, 1234, 256), "1/x001/234"),
        (Place(0, 1234067, 112), "0/x001/x234/067.p/112"),
    ],
)
def test_a_tile_has_the_path_of_tlog_tiles(place: Place, path: str) -> None:
    assert tile_path(place) == path
    assert tile_place(path) == place


@pytest.mark.parametrize(
    "path",
    [
        "x",
        "0/0",
        "0/0000",
        "00/000",
        "0/x000/001",
        "0/x001",
        "0/001/001",
        "0/000.p/0",
        "0/000.p/01",
        "0/000.p/256",
        "0/000.p/999",
        "0/000.p",
        "-1/000",
        "0/000/",
        "0/\u0660\u0660\u0660",
        "data/000",
    ],
)
def test_a_tile_has_no_other_path(client: Client, path: str) -> None:
    seal_records(300)

    assert tile_place(path) is None
    assert client.get(f"/evidence/tile/{path}").status_code == 404


def test_a_stranger_builds_the_root_of_the_checkpoint_from_tiles(
    client: Client,
) -> None:
    seal_records(600)

    answers = [
        client.get(f"/evidence/tile/{path}")
        for path in ("0/000", "0/001", "0/002.p/88")
    ]
    joined = b"".join(answer.content for answer in answers)
    leaves = [joined[start : start + 32] for start in range(0, len(joined), 32)]

    note = client.get("/evidence/checkpoint").content.decode()
    _, size, root, *_ = note.split("\n")
    assert int(size) == len(leaves) == 600
    built = merkle.root(600, merkle.nodes_over(leaves))
    assert base64.b64decode(root) == built
    roots = client.get("/evidence/tile/1/000.p/2").content
    assert roots == b"".join(
        merkle.perfect_root(leaves[start : start + 256]) for start in (0, 256)
    )


def test_a_tile_may_be_kept_for_ever_and_a_checkpoint_not(client: Client) -> None:
    seal_records(256)

    tile = client.get("/evidence/tile/0/000")
    checkpoint = client.get("/evidence/checkpoint")

    assert tile["Content-Type"] == "application/octet-stream"
    assert "immutable" in tile["Cache-Control"]
    assert checkpoint["Content-Type"] == "text/plain; charset=utf-8"
    assert "no-cache" in checkpoint["Cache-Control"]


def test_a_partial_tile_stays_the_same_when_the_log_grows(client: Client) -> None:
    seal_records(70)
    before = client.get("/evidence/tile/0/000.p/70").content

    seal_records(400, first=70)

    assert client.get("/evidence/tile/0/000.p/70").content == before
    assert client.get("/evidence/tile/0/000").content.startswith(before)


@pytest.mark.parametrize("path", ["0/000.p/71", "0/000", "0/001.p/1", "1/000.p/1"])
def test_what_no_checkpoint_covers_is_not_shown(client: Client, path: str) -> None:
    seal_records(70)
    append_many(
        [Fact(Kind.LEARNING_BEGAN, "person:0", "began:x", AT, {"year": 2020}, AT)]
    )

    answer = client.get(f"/evidence/tile/{path}")

    assert answer.status_code == 404
    assert "immutable" not in answer.get("Cache-Control", "")


def test_records_are_not_open(client: Client) -> None:
    seal_records(300)

    for path in ("tile/entries/000", "tile/data/000", "records", "0"):
        assert client.get(f"/evidence/{path}").status_code == 404
    assert Record.objects.first().body.encode() not in (  # type: ignore[union-attr]
        client.get("/evidence/").content
    )


def test_the_keys_are_one_a_line(client: Client) -> None:
    seal_records(1)

    assert client.get("/evidence/keys").content.decode().splitlines() == public_keys()


def test_the_page_shows_the_latest_checkpoint(
    client: Client,
    django_assert_max_num_queries,  # type: ignore[no-untyped-def]
) -> None:
    assert "还没有检查点" in client.get("/evidence/").content.decode()
    assert client.get("/evidence/checkpoint").status_code == 404
    seal_records(1500)

    with django_assert_max_num_queries(6):
        page = client.get("/evidence/").content.decode()

    assert "1,500 条" in page
    assert "2020年9月20日 20:31:05" in page


@pytest.mark.parametrize("path", ["", "checkpoint", "keys", "tile/0/000"])
def test_the_log_is_only_read(client: Client, path: str) -> None:
    assert client.post(f"/evidence/{path}").status_code == 405
