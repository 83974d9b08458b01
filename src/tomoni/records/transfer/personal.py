"""What the tables of transfer keep about people."""

from __future__ import annotations

from tomoni.core.personal_register import Data

_WEEKS = "30日"

MODELS = {
    "record_transfer.Import": Data(
        "取り込みの結果を示し、まとめて取り消せるようにするため",
        _WEEKS,
        none="name charset headers mapping key job",
    ),
    "record_transfer.Imported": Data("取り込みをまとめて取り消せるようにするため", _WEEKS, none="why"),
    "record_transfer.BadLine": Data(
        "取り込めなかった行を直してもらうため", _WEEKS, none="errors", sensitive="cells"
    ),
    "record_transfer.Mapping": Data("列の対応を覚えるため", "アプリと同じ", none="headers mapping mode key"),
}
