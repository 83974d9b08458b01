"""A small kit, and the reception kit with the form part stood in where the procedures room is not asked."""

from __future__ import annotations

from pathlib import Path

import pytest

import tomoni

RECEPTION = Path(tomoni.__file__).parent / "procedures" / "kits" / "dental-reception.yaml"

SMALL = """\
format: 1
kit:
  code: small
  version: "1.0"
  name: 小さなキット
  summary: 試すためのキットです。
  publisher: 試験町
  license: CC0-1.0
  task_id: std-1
app:
  code: small
  name: 小さなアプリ
  title_field: 件名
  fields:
    - {code: 件名, type: text, label: 件名, required: true}
    - {code: 日, type: slot, label: 日, options: {capacity: 2}}
    - {code: 種類, type: choice, label: 種類, options: {choices: [あ, い]}}
  states:
    - {name: 受付, kind: new}
    - {name: 完了, kind: done}
  actions:
    - {name: 終える, from: 受付, to: 完了, who: [section], primary: true}
  views:
    - {name: 一覧, columns: [件名, 種類], query: 'ステータス in ("受付")'}
    - {name: 暦, kind: calendar, date_field: 日}
  rights:
    - {who: section, verbs: [view, add, edit]}
    - {who: "role:dx", verbs: [view, manage]}
steps:
  受付: 受付
  完了: 通知
slots:
  - {field: 日, weekdays: [水], times: ["9:30", "13:00"], place: 本庁, capacity: 2, weeks: 2}
sample:
  - {件名: 練習, 種類: あ}
"""


@pytest.fixture
def small() -> str:
    return SMALL


@pytest.fixture
def reception() -> str:
    return RECEPTION.read_text(encoding="utf-8")
