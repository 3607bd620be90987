"""Encryption of identity numbers and mobiles, and the blind index that finds them.

A stored value is `key id (1 byte) | nonce (12) | ciphertext and tag`. The keyring is a
JSON object `{"cipher": "aes"|"sm4", "current": 1, "keys": {"1": hex}, "index": hex}`:
a new key is added, old ones stay to read with. The index key never changes.
"""

import json
import secrets
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from cryptography.hazmat.primitives import hashes, hmac
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

NONCE_BYTES = 12
TAG_BYTES = 16


@dataclass(frozen=True)
class Keyring:
    """The keys of one deployment, and which pair of algorithms they are for."""

    cipher: str
    current: int
    keys: dict[int, bytes]
    index_key: bytes

    def seal(self, text: str) -> bytes:
        """Encrypt under the current key."""
        nonce = secrets.token_bytes(NONCE_BYTES)
        key = self.keys[self.current]
        sealed = _encrypt(self.cipher, key, nonce, text.encode())
        return bytes([self.current]) + nonce + sealed

    def open(self, sealed: bytes) -> str:
        """Decrypt what `seal` made, under whichever key it names."""
        key = self.keys[sealed[0]]
        nonce, body = sealed[1 : 1 + NONCE_BYTES], sealed[1 + NONCE_BYTES :]
        return _decrypt(self.cipher, key, nonce, body).decode()

    def blind_index(self, purpose: str, text: str) -> bytes:
        """A keyed hash by which an equal value is found without decrypting."""
        mac = _mac(self.cipher, self.index_key).copy()
        mac.update(f"{purpose}:{text}".encode())
        return mac.finalize()[:16]


@cache
def _mac(cipher: str, key: bytes) -> hmac.HMAC:
    return hmac.HMAC(key, hashes.SM3() if cipher == "sm4" else hashes.SHA256())


@cache
def _aes(key: bytes) -> AESGCM:
    return AESGCM(key)


def _encrypt(cipher: str, key: bytes, nonce: bytes, plain: bytes) -> bytes:
    if cipher == "aes":
        return _aes(key).encrypt(nonce, plain, None)
    encryptor = Cipher(algorithms.SM4(key[:16]), modes.GCM(nonce)).encryptor()
    return encryptor.update(plain) + encryptor.finalize() + encryptor.tag


def _decrypt(cipher: str, key: bytes, nonce: bytes, body: bytes) -> bytes:
    if cipher == "aes":
        return _aes(key).decrypt(nonce, body, None)
    mode = modes.GCM(nonce, body[-TAG_BYTES:])
    decryptor = Cipher(algorithms.SM4(key[:16]), mode).decryptor()
    return decryptor.update(body[:-TAG_BYTES]) + decryptor.finalize()


def new_keyring(cipher: str) -> dict[str, object]:
    """Fresh random keys, as the JSON object of a keyring file."""
    return {
        "cipher": cipher,
        "current": 1,
        "keys": {"1": secrets.token_hex(32)},
        "index": secrets.token_hex(32),
    }


@cache
def keyring() -> Keyring:
    """The keyring of this deployment (settings.KEYRING_FILE)."""
    stored = json.loads(Path(settings.KEYRING_FILE).read_text())
    return Keyring(
        cipher=stored["cipher"],
        current=stored["current"],
        keys={
            int(number): bytes.fromhex(key) for number, key in stored["keys"].items()
        },
        index_key=bytes.fromhex(stored["index"]),
    )
