"""The Merkle tree of RFC 9162, section 2.1: hashes, roots, proofs and their checks.

Pure functions. Roots and proofs are made of the hashes of perfect subtrees, which a
`Node` function gives: the hash over the 2^level leaves from index * 2^level on.
"""

import hashlib
from collections.abc import Callable, Sequence

EMPTY_ROOT = hashlib.sha256(b"").digest()

Node = Callable[[int, int], bytes]


def leaf_hash(record: bytes) -> bytes:
    return hashlib.sha256(b"\x00" + record).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()


def perfect_root(hashes: Sequence[bytes]) -> bytes:
    """The root over 1, 2, 4, 8 ... neighboring hashes of one level."""
    level = list(hashes)
    while len(level) > 1:
        level = [
            node_hash(left, right)
            for left, right in zip(level[::2], level[1::2], strict=True)
        ]
    return level[0]


def nodes_over(leaves: Sequence[bytes]) -> Node:
    """The perfect subtrees over leaf hashes that are all at hand."""

    def node(level: int, index: int) -> bytes:
        return perfect_root(leaves[index << level : (index + 1) << level])

    return node


def root(size: int, node: Node) -> bytes:
    """The root of the first `size` leaves."""
    return _root(0, size, node) if size else EMPTY_ROOT


def inclusion_proof(index: int, size: int, node: Node) -> list[bytes]:
    """PATH(index, D[size]): that the leaf stands at its place in the tree.

    :raises ValueError: there is no such leaf.
    """
    if not 0 <= index < size:
        raise ValueError(f"no leaf {index} in a tree of {size}")
    proof: list[bytes] = []
    start, end = 0, size
    while end - start > 1:
        middle = start + _split(end - start)
        if index < middle:
            proof.append(_root(middle, end, node))
            end = middle
        else:
            proof.append(_root(start, middle, node))
            start = middle
    return proof[::-1]


def consistency_proof(old: int, new: int, node: Node) -> list[bytes]:
    """PROOF(old, D[new]): that the older tree is the beginning of the newer one.

    :raises ValueError: the older tree is the larger one.
    """
    if not 0 <= old <= new:
        raise ValueError(f"a tree of {old} does not begin one of {new}")
    if old in (0, new):
        return []
    proof: list[bytes] = []
    start, end = 0, new
    while end > old:
        middle = start + _split(end - start)
        if old <= middle:
            proof.append(_root(middle, end, node))
            end = middle
        else:
            proof.append(_root(start, middle, node))
            start = middle
    if start:
        proof.append(_root(start, end, node))
    return proof[::-1]


def is_included(
    leaf: bytes, index: int, size: int, proof: Sequence[bytes], expected: bytes
) -> bool:
    """Does the proof lead from the leaf to the root? (RFC 9162, 2.1.3.2)"""
    if not 0 <= index < size:
        return False
    place, last = index, size - 1
    computed = leaf
    for step in proof:
        if last == 0:
            return False
        if place & 1 or place == last:
            computed = node_hash(step, computed)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            computed = node_hash(computed, step)
        place, last = place >> 1, last >> 1
    return last == 0 and computed == expected


def is_consistent(
    old: int, new: int, old_root: bytes, new_root: bytes, proof: Sequence[bytes]
) -> bool:
    """Does the proof lead to both roots? (RFC 9162, 2.1.4.2)"""
    if not 0 < old < new:
        from_nothing = old == 0 <= new and old_root == EMPTY_ROOT
        same = 0 <= old == new and old_root == new_root
        return not proof and (same or (from_nothing and new > 0))
    steps = list(proof)
    if old & (old - 1) == 0:
        steps.insert(0, old_root)
    if not steps:
        return False
    return _climb(old - 1, new - 1, steps) == (old_root, new_root)


def _climb(place: int, last: int, steps: list[bytes]) -> tuple[bytes, bytes] | None:
    """The two roots that the steps of a consistency proof lead to."""
    while place & 1:
        place, last = place >> 1, last >> 1
    older = newer = steps[0]
    for step in steps[1:]:
        if last == 0:
            return None
        if place & 1 or place == last:
            older, newer = node_hash(step, older), node_hash(step, newer)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            newer = node_hash(newer, step)
        place, last = place >> 1, last >> 1
    return (older, newer) if last == 0 else None


def _root(start: int, end: int, node: Node) -> bytes:
    width = end - start
    if width & (width - 1) == 0:
        return node(width.bit_length() - 1, start // width)
    middle = start + _split(width)
    return node_hash(_root(start, middle, node), _root(middle, end, node))


def _split(width: int) -> int:
    """The largest power of two below the width."""
    return 1 << (width - 1).bit_length() - 1
