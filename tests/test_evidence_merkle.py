"""The tree of RFC 9162 against published vectors and a naive reading of its text."""

import hashlib
from functools import cache

import pytest

from ankang.evidence import merkle

# The eight entries and the roots of the trees over the first 1 to 8 of them that the
# implementations of Certificate Transparency test themselves with.
ENTRIES = [
    bytes.fromhex(entry)
    for entry in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]
ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
# Index, size, path.
PATHS: list[tuple[int, int, list[str]]] = [
    (0, 1, []),
    (
        0,
        8,
        [
            "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
            "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
            "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
        ],
    ),
    (
        5,
        8,
        [
            "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
            "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
            "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        ],
    ),
    (2, 3, ["fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"]),
    (
        1,
        5,
        [
            "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
            "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
            "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
        ],
    ),
]
# Older size, newer size, proof.
PROOFS: list[tuple[int, int, list[str]]] = [
    (1, 1, []),
    (
        1,
        8,
        [
            "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
            "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
            "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
        ],
    ),
    (
        6,
        8,
        [
            "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
            "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
            "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        ],
    ),
    (
        2,
        5,
        [
            "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
            "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
        ],
    ),
]
MOST = 300
LEAVES = tuple(merkle.leaf_hash(f"record {n}".encode()) for n in range(MOST))


def published(size: int) -> merkle.Node:
    return merkle.nodes_over([merkle.leaf_hash(entry) for entry in ENTRIES[:size]])


@cache
def naive_root(start: int, end: int) -> bytes:
    """MTH(D[start:end]) as the RFC words it."""
    if start == end:
        return hashlib.sha256(b"").digest()
    if end - start == 1:
        return LEAVES[start]
    k = naive_split(end - start)
    both = naive_root(start, start + k) + naive_root(start + k, end)
    return hashlib.sha256(b"\x01" + both).digest()


def naive_split(width: int) -> int:
    k = 1
    while k * 2 < width:
        k *= 2
    return k


def naive_path(m: int, start: int, end: int) -> list[bytes]:
    """PATH(m, D[start:end])."""
    if end - start == 1:
        return []
    k = naive_split(end - start)
    if m < k:
        return [*naive_path(m, start, start + k), naive_root(start + k, end)]
    return [*naive_path(m - k, start + k, end), naive_root(start, start + k)]


def naive_subproof(m: int, start: int, end: int, known: bool) -> list[bytes]:
    """SUBPROOF(m, D[start:end], known)."""
    if m == end - start:
        return [] if known else [naive_root(start, end)]
    k = naive_split(end - start)
    if m <= k:
        first = naive_subproof(m, start, start + k, known)
        return [*first, naive_root(start + k, end)]
    return [
        *naive_subproof(m - k, start + k, end, False),
        naive_root(start, start + k),
    ]


def test_the_empty_tree_hashes_to_the_hash_of_nothing() -> None:
    assert merkle.root(0, published(0)) == hashlib.sha256(b"").digest()


@pytest.mark.parametrize("size", range(1, 9))
def test_roots_are_the_published_ones(size: int) -> None:
    assert merkle.root(size, published(size)).hex() == ROOTS[size - 1]


@pytest.mark.parametrize(("index", "size", "path"), PATHS)
def test_inclusion_proofs_are_the_published_ones(
    index: int, size: int, path: list[str]
) -> None:
    proof = merkle.inclusion_proof(index, size, published(size))

    assert [step.hex() for step in proof] == path
    assert merkle.is_included(
        merkle.leaf_hash(ENTRIES[index]),
        index,
        size,
        proof,
        bytes.fromhex(ROOTS[size - 1]),
    )


@pytest.mark.parametrize(("old", "new", "steps"), PROOFS)
def test_consistency_proofs_are_the_published_ones(
    old: int, new: int, steps: list[str]
) -> None:
    proof = merkle.consistency_proof(old, new, published(new))

    assert [step.hex() for step in proof] == steps
    assert merkle.is_consistent(
        old,
        new,
        bytes.fromhex(ROOTS[old - 1]),
        bytes.fromhex(ROOTS[new - 1]),
        proof,
    )


def test_every_proof_of_sizes_0_to_300_is_the_naive_one_and_holds() -> None:
    node = cache(merkle.nodes_over(LEAVES))
    for size in range(MOST + 1):
        root = merkle.root(size, node)
        assert root == naive_root(0, size)
        for index in range(size):
            proof = merkle.inclusion_proof(index, size, node)
            assert proof == naive_path(index, 0, size)
            assert merkle.is_included(LEAVES[index], index, size, proof, root)
        for old in range(size + 1):
            proof = merkle.consistency_proof(old, size, node)
            assert proof == (naive_subproof(old, 0, size, True) if old else [])
            older = naive_root(0, old)
            assert merkle.is_consistent(old, size, older, root, proof)


@pytest.mark.parametrize("size", [1, 2, 3, 7, 8, 9, 64, 65, 299, 300])
def test_a_proof_changed_anywhere_does_not_hold(size: int) -> None:
    node = cache(merkle.nodes_over(LEAVES))
    root = naive_root(0, size)
    for index in range(size):
        leaf = LEAVES[index]
        proof = merkle.inclusion_proof(index, size, node)
        wrong = [
            (leaf, index, size, [*proof, root]),
            (leaf, index + 1, size, proof),
            (leaf, -1, size, proof),
            (root[::-1], index, size, proof),
            *(
                (leaf, index, size, [*proof[:n], leaf, *proof[n + 1 :]])
                for n in range(len(proof))
            ),
            *((leaf, index, size, proof[:n]) for n in range(len(proof))),
        ]
        assert not any(merkle.is_included(*case, root) for case in wrong)
        assert not merkle.is_included(leaf, index, size, proof, leaf[::-1])


@pytest.mark.parametrize("new", [2, 3, 7, 8, 9, 64, 65, 299, 300])
def test_a_consistency_proof_changed_anywhere_does_not_hold(new: int) -> None:
    node = cache(merkle.nodes_over(LEAVES))
    newer = naive_root(0, new)
    for old in range(1, new):
        older = naive_root(0, old)
        proof = merkle.consistency_proof(old, new, node)
        wrong = [
            (old, new, older, older, proof),
            (old, new, newer, newer, proof),
            (new, old, newer, older, proof),
            (old, new, older, newer, [*proof, newer]),
            *(
                (old, new, older, newer, [*proof[:n], b"0" * 32, *proof[n + 1 :]])
                for n in range(len(proof))
            ),
            *((old, new, older, newer, proof[:n]) for n in range(len(proof))),
        ]
        assert not any(merkle.is_consistent(*case) for case in wrong)


def test_equal_sizes_need_equal_roots_and_no_proof() -> None:
    root, other = naive_root(0, 5), naive_root(0, 6)

    assert merkle.is_consistent(5, 5, root, root, [])
    assert not merkle.is_consistent(5, 5, root, other, [])
    assert not merkle.is_consistent(5, 5, root, root, [root])
    assert not merkle.is_consistent(0, 5, other, root, [])
    assert not merkle.is_consistent(-1, 5, root, root, [])


@pytest.mark.parametrize(("index", "size"), [(0, 0), (5, 5), (-1, 5)])
def test_a_leaf_that_is_not_there_has_no_proof(index: int, size: int) -> None:
    with pytest.raises(ValueError, match="no leaf"):
        merkle.inclusion_proof(index, size, merkle.nodes_over(LEAVES))


def test_a_larger_tree_does_not_begin_a_smaller_one() -> None:
    with pytest.raises(ValueError, match="does not begin"):
        merkle.consistency_proof(6, 5, merkle.nodes_over(LEAVES))
