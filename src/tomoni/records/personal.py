"""What the tables of records keep beside the apps' own fields, which carry their own tags."""

from __future__ import annotations

from tomoni.core.personal_register import Data

_APP = "アプリのつくりを覚えるため"
_AS_APP = "アプリと同じ"

MODELS = {
    "records.App": Data(
        _APP,
        "アプリを消すまで（ごみ箱を含む）",
        none="code name description department_code task_id kit kit_version title_field states actions views rights"
        " record_rule layout record_rights field_rights notices retention settings stamp",
    ),
    "records.Field": Data(
        _APP, _AS_APP, none="code type label default help options visible_if personal purpose"
    ),
    "records.AppDraft": Data("直している途中の設定を保つため", "反映するか捨てるまで", none="spec"),
    "records.AppVersion": Data(_APP, _AS_APP, none="spec"),
    "records.Counter": Data("記録の番号を続けるため", _AS_APP),
    "records.Revision": Data(
        "だれがいつ何を変えたかを示し、前の版に戻すため",
        "記録を消し去るまで（項目ごとの保存年数による）",
        none="kind action",
        personal="comment",
        sensitive="changes",
    ),
    "records.StateLog": Data("経過日数を数えるため", _AS_APP, none="state"),
    "records.Slot": Data("予約の枠を示すため", _AS_APP, none="place"),
    "records.RequestKey": Data("2度押しを1件にするため", "記録と同じ", none="key"),
}
