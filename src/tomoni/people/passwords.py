"""Password rules: at least 12 characters, not breached, not guessable; no forced rotation (NIST SP 800-63B).

Checked offline: the 20,000 passwords that Django ships and the 30,000 of zxcvbn, both compiled from
breaches, with the usual disguises undone; an estimate of guesses; and, where the town has it, a
downloaded list of SHA-1 digests in ascending order (`TOMONI_BREACHED_PASSWORDS`, lines `SHA1:count`).
"""

from __future__ import annotations

import gzip
import hashlib
import os
import re
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth import password_validation
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

LEET = str.maketrans("013457@$!", "oleastasi")
LEAST_SCORE = 3


@cache
def common() -> frozenset[str]:
    """Known-breached passwords, in lower case."""
    from zxcvbn.frequency_lists import FREQUENCY_LISTS

    path = Path(password_validation.__file__).parent / "common-passwords.txt.gz"
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        django_list = {line.strip() for line in lines}
    return frozenset(django_list | set(FREQUENCY_LISTS["passwords"]))


def _bare(word: str) -> str:
    return re.sub(r"^[\W\d_]+|[\W\d_]+$", "", word)


def disguises(password: str) -> set[str]:
    """The password, and what it is without leet spelling, trailing digits and signs, or repetition."""
    plain = {password.lower()}
    # Signs and digits at the ends come off before the leet spelling is undone, and again after it.
    plain |= {_bare(word) for word in plain}
    plain |= {word.translate(LEET) for word in plain}
    plain |= {_bare(word) for word in plain}
    for word in list(plain):
        if repeated := re.fullmatch(r"(.{1,8}?)\1+", word):
            plain.add(repeated.group(1))
    return {word for word in plain if word}


def in_sorted_file(path: Path, digest: str) -> bool:
    """Binary search of an upper-case hex digest in a file of sorted `DIGEST:count` lines."""
    target = digest.upper().encode()
    with path.open("rb") as file:
        low, high = 0, os.fstat(file.fileno()).st_size
        while low < high:
            middle = (low + high) // 2
            file.seek(middle)
            if middle:
                file.readline()
            line = file.readline()
            found = line[: len(target)].upper()
            if line and found == target:
                return True
            if line and found < target:
                low = middle + 1
            else:
                high = middle
        file.seek(0)
        return file.readline()[: len(target)].upper() == target


def is_breached(password: str) -> bool:
    """Whether the password, or what it disguises, is on a list of breached ones."""
    if any(word in common() for word in disguises(password)):
        return True
    path = settings.ENV.breached_passwords
    if path and Path(path).is_file():
        return in_sorted_file(Path(path), hashlib.sha1(password.encode(), usedforsecurity=False).hexdigest())
    return False


class BreachedPasswordValidator:
    """Refuse passwords that are known from breaches or too easily guessed."""

    def validate(self, password: str, user: Any = None) -> None:
        """Raise `ValidationError` in plain words."""
        from zxcvbn import zxcvbn

        if is_breached(password):
            raise ValidationError(
                _("このパスワードは、ほかの場所から漏れたものとして知られています。別の言葉にしてください。"),
                code="breached",
            )
        own = [str(v) for v in (getattr(user, "username", ""), getattr(user, "display_name", "")) if v]
        if zxcvbn(password[:72], user_inputs=own)["score"] < LEAST_SCORE:
            raise ValidationError(
                _("このパスワードは推測されやすいものです。関係のない言葉を4つほど並べると強くなります。"),
                code="guessable",
            )

    def get_help_text(self) -> str:
        """What the rule asks for."""
        return _(
            "12文字以上。漏れたことのあるもの、推測されやすいものは使えません。定期的に変える必要はありません。"
        )
