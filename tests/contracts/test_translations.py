"""English is complete, placeholders agree, and no text is built by an f-string inside gettext."""

from __future__ import annotations

import ast
import importlib.util
import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SRC = ROOT / "src" / "tomoni"
spec = importlib.util.spec_from_file_location("messages", ROOT / "tools" / "messages.py")
messages = importlib.util.module_from_spec(spec)
spec.loader.exec_module(messages)

PLACEHOLDER = re.compile(r"%\((\w+)\)[sd]|%[sd]|\{(\w*)\}")
JAPANESE = re.compile(r"[ぁ-んァ-ヶ一-龠]")


def test_every_text_has_an_english_translation():
    gaps = messages.missing()
    assert not gaps, gaps[:40]


def test_placeholders_agree():
    wrong = []
    for room in messages.rooms():
        for message in messages.load(messages.po_path(room)):
            if not message.id:
                continue
            ids = message.id if isinstance(message.id, tuple) else (message.id,)
            texts = message.string if isinstance(message.string, tuple) else (message.string,)
            wanted = {m.group() for i in ids for m in PLACEHOLDER.finditer(i)}
            wrong += [
                f"{room.name}: {t}"
                for t in texts
                if t and {m.group() for m in PLACEHOLDER.finditer(t)} - wanted
            ]
    assert not wrong, wrong


def test_no_formatted_string_inside_gettext():
    names = {"_", "gettext", "gettext_lazy", "ngettext", "pgettext"}
    wrong = []
    for path in SRC.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            calls = isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in names
            if calls and node.args and not isinstance(node.args[0], ast.Constant):
                wrong.append(f"{path.relative_to(SRC)}:{node.lineno}")
    assert not wrong, wrong


def test_templates_have_no_untranslated_japanese():
    wrong = []
    tags = re.compile(r"\{%.*?%\}|\{#.*?#\}|\{\{.*?\}\}", re.DOTALL)
    blocks = re.compile(
        r"\{% blocktrans(?:late)?.*?endblocktrans(?:late)? %\}|\{% comment.*?endcomment %\}", re.DOTALL
    )
    for path in SRC.rglob("templates/**/*.html"):
        text = tags.sub("", blocks.sub("", path.read_text(encoding="utf-8"))).replace("Tomoni（ともに）", "")
        text = text.replace('lang="ja">日本語', "")
        wrong += [
            f"{path.relative_to(SRC)}: {line.strip()[:60]}"
            for line in text.splitlines()
            if JAPANESE.search(line)
        ]
    assert not wrong, wrong[:40]
