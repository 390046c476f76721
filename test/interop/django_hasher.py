"""
Debian's python3-django with python3-argon2 and python3-bcrypt: hashes passwords as Django and others store them, and
checks ours.

Reads one JSON list of tasks, writes one JSON list of answers. Nothing of the libraries is changed.
"""
import base64
import hashlib
import json
import sys

import argon2
import bcrypt
from django.conf import settings
from django.contrib.auth import hashers
from django.utils.crypto import get_random_string

ORIGINS = {
    "pbkdf2_sha256": "PBKDF2PasswordHasher",
    "pbkdf2_sha1": "PBKDF2SHA1PasswordHasher",
    "argon2": "Argon2PasswordHasher",
    "bcrypt_sha256": "BCryptSHA256PasswordHasher",
    "bcrypt": "BCryptPasswordHasher",
}

settings.configure(PASSWORD_HASHERS=[f"django.contrib.auth.hashers.{name}" for name in ORIGINS.values()])


def scrypt(password):
    """What Django writes since 4.0, which may be newer than Debian's."""
    salt = get_random_string(22)
    key = hashlib.scrypt(password.encode(), salt=salt.encode(), n=2**14, r=8, p=5, maxmem=64 * 2**20, dklen=64)
    return f"scrypt${2**14}${salt}$8$5${base64.b64encode(key).decode()}"


def bare_bcrypt(prefix):
    def encode(password):
        salt = bcrypt.gensalt(6).replace(b"$2b$", prefix)
        return bcrypt.hashpw(password.encode(), salt).decode()

    return encode


def argon2i(password):
    """What Django wrote before 3.2."""
    return "argon2" + argon2.PasswordHasher(2, 512, 2, 16, 16, type=argon2.Type.I).hash(password)


OTHERS = {
    "scrypt": scrypt,
    "$2a$": bare_bcrypt(b"$2a$"),
    "$2b$": bare_bcrypt(b"$2b$"),
    "$2y$": bare_bcrypt(b"$2y$"),
    "argon2i": argon2i,
    "$argon2id$": argon2.PasswordHasher(3, 8192, 2).hash,
}


def answer(task):
    if task["do"] == "check":
        return hashers.check_password(task["password"], task["encoded"])
    if task["how"] in ORIGINS:
        return hashers.make_password(task["password"], hasher=task["how"])
    return OTHERS[task["how"]](task["password"])


json.dump([answer(task) for task in json.load(sys.stdin)], sys.stdout)
