"""From the old sheet to a form in use: upload, build beside it, deploy, enter a record; on a telephone and a PC."""

from __future__ import annotations

import struct
import zlib


def sheet(width: int = 600, height: int = 800) -> bytes:
    """A picture like a scanned form: lines on grey paper."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    rows = b"".join(
        b"\0" + bytes(60 if y % 80 < 2 or x in (40, 559) else 235 for x in range(width))
        for y in range(height)
    )
    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"IDAT", zlib.compress(rows))
        + chunk(b"IEND", b"")
    )


def add(page, kind: str, label: str) -> None:
    """Add a field and give it its name."""
    button = page.locator(f"#palette button[value='field:{kind}']")
    if not button.is_visible():
        button.locator("xpath=ancestor::details").locator("summary").click()
    count = page.locator("#canvas .piece__name").count()
    button.click()
    page.wait_for_function("n => document.querySelectorAll('#canvas .piece__name').length > n", arg=count)
    page.fill("#label", label)
    page.get_by_role("button", name="下書きに保存する").click()
    page.locator("#canvas .piece__name").filter(has_text=label).wait_for(state="attached")


def test_from_a_paper_sheet_to_a_record(visitor):
    visitor.sign_in("dx")
    page = visitor.go("/build/new/paper/")
    page.set_input_files("#file", {"name": "希望調査.png", "mimeType": "image/png", "buffer": sheet()})
    page.get_by_role("button", name="つぎへ").click()
    page.fill("#name", f"希望調査 {visitor.size}")
    page.get_by_role("button", name="つくる", exact=True).click()
    page.wait_for_load_state()
    assert page.locator("#paper-view img").evaluate("i => i.complete && i.naturalWidth") == 600
    add(page, "text", "氏名")
    add(page, "date", "希望日")
    page.get_by_role("button", name="前の行に並べる").click()
    page.wait_for_function("() => document.querySelectorAll('.piece-row .span-6').length === 2")
    visitor.shot("builder-paper")
    page.get_by_role("link", name="変更点を見て反映する").click()
    visitor.shot("builder-changes")
    page.get_by_role("button", name="反映する").click()
    page.wait_for_load_state()
    page.goto(page.url.split("/form/")[0] + "/new/")
    page.get_by_label("氏名").fill("試験 太郎")
    page.get_by_label("希望日").fill("令和8年12月1日")
    page.get_by_role("button", name="登録する", exact=True).click()
    page.wait_for_load_state()
    assert "試験 太郎" in page.inner_text("main")
