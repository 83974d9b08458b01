"""kintone's official npm clients cannot tell the difference: a live server of the demo, the real packages."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from kintone_served import CLIENTS, Demo, install, node, node_home

pytestmark = pytest.mark.skipif(
    os.environ.get("TOMONI_TEST_DB") == "postgres", reason="the demo has a database of its own"
)


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    install()
    made = Demo(tmp_path_factory.mktemp("kintone") / "data")
    yield made
    made.stop()


@pytest.fixture(scope="module")
def first(demo: Demo, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """An app with a record."""
    demo.state |= demo.walk("app")
    demo.state |= demo.walk("records")
    picture = tmp_path_factory.mktemp("files") / "図面.txt"
    picture.write_text("図", encoding="utf-8")
    return {"path": str(picture)}


@pytest.mark.parametrize(
    "scenario", ["search", "files", "process", "bulk", "settings", "lookup", "comments", "cursor"]
)
def test_the_rest_api_client(demo: Demo, first: dict[str, Any], scenario: str) -> None:
    demo.walk(scenario, **first)


def test_who_may_call(demo: Demo, first: dict[str, Any]) -> None:
    own = demo.new_token("dx", "--app", demo.state["app"], "--permission", "view")
    assert own["permissions"] == ["view"]
    assert str(own["app_id"]) == demo.state["app"]
    other = demo.new_token("dx", "--app", "1", "--permission", "view")
    demo.walk("callers", tokens=[own["token"], other["token"]], other="1")


def test_the_command_line_client(demo: Demo, tmp_path: Path) -> None:
    made = demo.walk("table")
    app, copy = ("--app", made["app"]), ("--app", made["copy"])
    utf8, sjis = tmp_path / "utf8.csv", tmp_path / "sjis.csv"
    utf8.write_text(demo.cli("export", *app, "--attachments-dir", tmp_path / "a").stdout, encoding="utf-8")
    lines = utf8.read_text(encoding="utf-8")
    assert [line[0] for line in lines.splitlines() if '"A-' in line] == ["*", ",", "*"]
    assert (tmp_path / "a" / "添付-1" / "申請書.txt").read_text(encoding="utf-8") == "本文\n"
    assert (tmp_path / "a" / "写真-1-0" / "写真.txt").read_text(encoding="utf-8") == "絵"
    sjis.write_bytes(lines.encode("cp932"))

    demo.cli("import", *copy, "--file-path", utf8, "--attachments-dir", tmp_path / "a")
    again = demo.cli("export", *copy, "--attachments-dir", tmp_path / "b").stdout
    assert plain(again) == plain(lines)
    assert (tmp_path / "b" / "写真-1-0" / "写真.txt").read_text(encoding="utf-8") == "絵"

    # The same file in Shift_JIS, by key: nothing is doubled. A short file changes one and adds one.
    encoding = ("--encoding", "sjis")
    key = ("--update-key", "番号")
    demo.cli("import", *copy, "--file-path", sjis, *encoding, "--attachments-dir", tmp_path / "a", *key)
    assert plain(demo.cli("export", *copy, "--attachments-dir", tmp_path / "c").stdout) == plain(lines)
    short = tmp_path / "short.csv"
    short.write_text('"番号","名称"\n"A-2","変更後"\n"A-3","新しい"\n', encoding="utf-8")
    demo.cli("import", *copy, "--file-path", short, *key)
    listed = demo.cli("export", *copy, "--fields", "番号,名称", "--order-by", "番号 asc").stdout
    assert listed.splitlines()[2:] == ['"A-2","変更後"', '"A-3","新しい"']
    raw = raw_export(demo, *copy, "--encoding", "sjis", "--condition", '番号 = "A-1"')
    assert "髙島①" in raw.decode("cp932")

    wrong = tmp_path / "wrong.csv"
    wrong.write_text('"番号","数"\n"A-4","1"\n"A-5","百"\n', encoding="utf-8")
    failed = demo.cli("import", *copy, "--file-path", wrong, *key, code=1)
    assert "数 at row 3" in failed.stderr
    assert '"A-4"' not in demo.cli("export", *copy, "--fields", "番号").stdout
    demo.cli("delete", *copy, "--yes")
    assert "A-1" not in demo.cli("export", *copy).stdout
    demo.cli("import", *copy, "--file-path", utf8, "--attachments-dir", tmp_path / "a")


def raw_export(demo: Demo, *arguments: str) -> bytes:
    place = str(CLIENTS / "node_modules" / "@kintone" / "cli" / "cli.js")
    command = [str(node_home() / "bin" / "node"), place, "record", "export", *arguments]
    done = subprocess.run(
        [*command, "--base-url", demo.url, "--api-token", demo.token], capture_output=True, check=True
    )
    return done.stdout


def plain(text: str) -> str:
    """A CSV without the moments and numbers that differ from app to app."""
    text = re.sub(r"\d{4}-\d\d-\d\dT[\d:]+Z", "…", text)
    return re.sub(r'^(\*?),"\d+"', r"\1,#", text, flags=re.M)


def test_the_clients_are_free_to_use() -> None:
    """MIT, ISC, BSD and the like; they are no part of the product."""
    import json

    lock = json.loads((CLIENTS / "package-lock.json").read_text(encoding="utf-8"))
    found = {p.get("license") for name, p in lock["packages"].items() if name}
    assert found <= {"MIT", "ISC", "BSD-2-Clause", "BSD-3-Clause", "Apache-2.0", "BlueOak-1.0.0", "0BSD"}
    assert len(lock["packages"]) > 50


def test_node_is_the_one_of_the_wheel() -> None:
    assert node("--version").stdout.startswith("v2")
