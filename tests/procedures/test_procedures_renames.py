"""A state that takes another name takes along what residents read of it."""

from __future__ import annotations

from tomoni.procedures.actions.follow_renames import follow_renames
from tomoni.procedures.models import Form


def test_words_per_state_follow_the_new_name(form):
    Form.objects.filter(pk=form.pk).update(
        status_words={"受付": "届きました", "完了": "終わりました"}, en={"status_words": {"受付": "Received"}}
    )
    follow_renames(form.app_code, {"受付": "受け付けた"})
    found = Form.objects.get(pk=form.pk)
    assert found.status_words == {"受け付けた": "届きました", "完了": "終わりました"}
    assert found.en["status_words"] == {"受け付けた": "Received"}
    assert found.revision == form.revision + 1
    follow_renames(form.app_code, {"受け付けた": "完了"})
    assert Form.objects.get(pk=form.pk).status_words == {"完了": "終わりました"}
    follow_renames("ほかのアプリ", {"完了": "済み"})
    assert Form.objects.get(pk=form.pk).status_words == {"完了": "終わりました"}
