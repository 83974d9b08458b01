"""No inline script, style or handler in any template: the policy has no `unsafe-*`."""

from __future__ import annotations

import re
from pathlib import Path

from django.conf import settings

SRC = Path(__file__).resolve().parents[2] / "src" / "tomoni"
EVENTS = r"click|load|error|submit|change|input|key\w+|mouse\w+|focus|blur|toggle"
INLINE = re.compile(rf"<script(?![^>]*\bsrc=)|<style\b|\sstyle=|\son(?:{EVENTS})=|javascript:", re.IGNORECASE)


def test_templates_have_nothing_inline():
    wrong = [
        f"{p.relative_to(SRC)}: {m.group()}"
        for p in SRC.rglob("templates/**/*.html")
        for m in INLINE.finditer(p.read_text(encoding="utf-8"))
    ]
    assert not wrong, wrong


def test_the_policy_has_no_unsafe_source():
    directives = settings.CONTENT_SECURITY_POLICY["DIRECTIVES"]
    assert directives["default-src"] == ["'none'"]
    assert not [s for sources in directives.values() for s in sources if "unsafe" in s or s == "*"]
