# Copyright (c) 2026, the blueking.job contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What hides a command and its output from readers of JOB's history: AES with a key for each command, and a digest that only the key can make."""
from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from typing import NamedTuple

try:
    from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
    from cryptography.hazmat.primitives.padding import PKCS7
except ImportError:  # ansible-core needs it, but a controller may be without
    Cipher = None  # type: ignore[assignment, misc]  # whoever conceals looks at HAS_CRYPTOGRAPHY first

HAS_CRYPTOGRAPHY = Cipher is not None
BLOCK = 128  # bits
WIDTH = 64  # characters of a line, as openssl writes and reads them in every version
INPUT, OUTPUT = "01", "02"  # the last byte of the initialisation vector, so that no two texts under one key have the same


class Seal(NamedTuple):
    """The keys of one command. mark: 30 hexadecimal digits, public. cipher, digest: keys of 64 digits; empty where nothing is concealed."""

    mark: str
    cipher: str
    digest: str

    @property
    def parameter(self) -> str:
        """What the script needs on its command line."""
        return f"{self.cipher} {self.digest}".strip()


def fresh(concealed: bool) -> Seal:
    """Keys that nobody has had before."""
    return Seal(secrets.token_hex(15), *(secrets.token_hex(32) if concealed else "" for _key in range(2)))


def close(seal: Seal, data: bytes) -> str:
    """The data of a command as lines of base64, encrypted if there is a key."""
    text = base64.b64encode(_encrypted(seal, data) if seal.cipher else data).decode()
    return "\n".join(text[start:start + WIDTH] for start in range(0, len(text), WIDTH))


def disclose(seal: Seal, text: bytes) -> bytes:
    """The output in lines of base64, decrypted if there is a key; ValueError if that is not what it is."""
    content = base64.b64decode(text)
    return _decrypted(seal, content) if seal.cipher else content


def digest(seal: Seal, text: bytes) -> str:
    """What shows that a text is whole, and with a key also that nobody else has written it."""
    if seal.digest:
        return hmac.new(seal.digest.encode(), text, hashlib.sha256).hexdigest()
    return hashlib.sha256(text).hexdigest()


def _encrypted(seal: Seal, data: bytes) -> bytes:
    padder, encryptor = PKCS7(BLOCK).padder(), _cipher(seal, INPUT).encryptor()
    return encryptor.update(padder.update(data) + padder.finalize()) + encryptor.finalize()


def _decrypted(seal: Seal, content: bytes) -> bytes:
    unpadder, decryptor = PKCS7(BLOCK).unpadder(), _cipher(seal, OUTPUT).decryptor()
    return unpadder.update(decryptor.update(content) + decryptor.finalize()) + unpadder.finalize()


def _cipher(seal: Seal, direction: str) -> Cipher[modes.CBC]:
    return Cipher(algorithms.AES(bytes.fromhex(seal.cipher)), modes.CBC(bytes.fromhex(seal.mark + direction)))
