"""Signed notes and checkpoints after C2SP signed-note and tlog-checkpoint.

A note is a text that ends in a line feed, an empty line, and one line per signature:
`— <key name> base64(4 bytes that tell the key | 64 bytes of Ed25519)`.
"""

import base64
import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

ED25519 = b"\x01"


@dataclass(frozen=True)
class Signer:
    """A named key that signs."""

    name: str
    private_key: bytes

    def line(self, text: str) -> str:
        """The signature line under a text."""
        key = Ed25519PrivateKey.from_private_bytes(self.private_key)
        told = key_hash(self.name, key.public_key().public_bytes_raw())
        return f"— {self.name} {_base64(told + key.sign(text.encode()))}\n"


def key_hash(name: str, public_key: bytes) -> bytes:
    """The four bytes that tell a key of this name from others."""
    return hashlib.sha256(name.encode() + b"\n" + ED25519 + public_key).digest()[:4]


def verifier_key(name: str, public_key: bytes) -> str:
    """The public key in the one line that the tools of transparency logs read."""
    told = key_hash(name, public_key).hex()
    return f"{name}+{told}+{_base64(ED25519 + public_key)}"


def checkpoint_text(*, origin: str, size: int, root: bytes, at: datetime) -> str:
    """What a checkpoint says, with the time as its one extension line."""
    moment = at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return f"{origin}\n{size}\n{_base64(root)}\ntime {moment}\n"


def signed_note(text: str, signers: list[Signer]) -> str:
    """The text, and below it a signature of each."""
    return f"{text}\n{''.join(signer.line(text) for signer in signers)}"


def _base64(raw: bytes) -> str:
    return base64.b64encode(raw).decode()
