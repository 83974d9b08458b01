"""What the builder keeps: definitions of forms, no personal data."""

from __future__ import annotations

from tomoni.core.personal_register import Data

MODELS = {
    "record_builder.DraftStep": Data(
        "直している途中の設定を元に戻すため", "反映するか捨てるまで", none="spec says"
    ),
}
MODELS["record_builder.Source"] = Data("もとの表や用紙からアプリをつくるため", "アプリを消すまで")
