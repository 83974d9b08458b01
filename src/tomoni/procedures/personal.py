"""What the tables of the procedures room keep about people."""

from __future__ import annotations

from tomoni.core.personal_register import Data

_FORM = "住民に聞くことを決めるため"

MODELS = {
    "procedures.Form": Data(
        _FORM,
        "アプリと同じ",
        none="app_code slug title intro needs after contact_section contact_telephone contact_hours verify_field"
        " email_field letters status_words applicant_actions en state",
    ),
    "procedures.Question": Data(
        _FORM, "フォームと同じ", none="field_code text help why visible_field visible_op visible_value en"
    ),
    "procedures.Submission": Data(
        "申請を受け付け、本人が受付番号で状況を見られるようにするため",
        "申請の記録と同じ（項目ごとの保存年数による）",
        none="app_code channel once",
        personal="agent_name agent_relation receipt_sealed receipt_digest verify_digest second_digest",
        sensitive="agent_reason",
    ),
    "procedures.Draft": Data(
        "書きかけの申請を、あとで続けられるようにするため",
        "最後の保存から30日",
        none="token_digest",
        sensitive="answers",
    ),
}
