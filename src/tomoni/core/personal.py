"""What core's tables keep about people."""

from __future__ import annotations

from tomoni.core.personal_register import Data

_FOREVER = "消さない（個人の値を含まない）"
_NOBODY = "個人に関する情報を持たない"

MODELS = {
    "core.AuditEntry": Data(
        "だれが何をしたかを、あとから確かめるため",
        _FOREVER,
        none="verb target fields merkle_root request_id digest",
    ),
    "core.AuditHead": Data(_NOBODY, _FOREVER, none="chain digest signature"),
    "core.AuditVerification": Data(_NOBODY, _FOREVER, none="reason"),
    "core.StoredFile": Data(
        "申請と記録に添付された書類を扱うため",
        "添付した記録と同じ。どこからも使われなくなった中身は翌日に消す",
        none="sha256 content_type kind",
        personal="name",
    ),
    "core.Job": Data(
        "長い処理の進み具合を、頼んだ人に見せるため",
        "終わってから30日",
        none="id function queue args kwargs label state lease workers note result error error_class",
    ),
    "core.PeriodicRun": Data(_NOBODY, "最後の1回だけ", none="name period"),
    "core.Mail": Data(
        "知らせが届いたかを確かめ、送り直すため",
        "366日で宛先と文を消す（送ったことは残す）",
        none="purpose related message_id",
        personal="to subject body last_error",
    ),
    "core.Notice": Data("職員に仕事を知らせるため", "90日", none="url", personal="text"),
    "core.OutboxEvent": Data(
        "起きたことを、知らせる処理へ渡すため", "90日", none="kind request_id", personal="payload"
    ),
    "core.Delivery": Data(
        "知らせる処理をやり直すため", "できごとと同じ90日", none="consumer lease last_error"
    ),
    "core.CacheRow": Data("くり返しの計算を省くため", "期限が来るまで", none="cache_key", personal="value"),
    "core.ThrottleRow": Data("総当たりを止めるため", "期限が来るまで（要約だけ）", none="key"),
    "core.OnceKey": Data("同じ申込みが2回届いても1回にするため", "2日", none="key result"),
    "core.WorkerBeat": Data(_NOBODY, "1日", none="token kind host"),
    "core.Town": Data(
        "自治体の名前と問い合わせ先", "利用している間", none="name code contact_section telephone hours"
    ),
}
