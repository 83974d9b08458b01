"""What the tables of the participation room keep about people."""

from __future__ import annotations

from tomoni.core.personal_register import Data

MODELS = {
    "participation.Answer": Data(
        "手続の分かりやすさを確かめ、取組の次を決めるため",
        "消さない（だれの答えかは、元に戻せない要約だけ）",
        none="subject_digest app_code task_id",
        personal="text",
    ),
}
