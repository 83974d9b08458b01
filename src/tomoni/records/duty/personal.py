"""What the tables of duty keep: who stands in for whom, and who acted for whom."""

from __future__ import annotations

from tomoni.core.personal_register import Data

MODELS = {
    "record_duty.Delegation": Data(
        "休みや出張のあいだ、だれが代わって処理できるかを決め、あとからたどるため",
        "代理を終えたあとも残す（だれの代わりに承認したかを示すため）。職員の登録を消すと消える",
        none="apps",
        personal="reason",
    ),
    "record_duty.Deed": Data(
        "何人かで承認するときに、だれが承認したか、だれが代わったかを示すため",
        "アプリを消すまで",
        none="action",
    ),
    "record_duty.Escalation": Data(
        "期限の督促を1日に1度にするため", "消さない（状態にいた期間の番号と日だけ）"
    ),
}
