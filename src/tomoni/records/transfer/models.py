"""What is kept of imports: the file, how it was read, what became of each record and each bad line."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Import(models.Model):
    """An import (取り込み). `done_line` is the last line whose record is in: a broken run goes on behind it."""

    class State(models.TextChoices):
        UPLOADED = "uploaded", _("確かめるところ")
        RUNNING = "running", _("取り込み中")
        DONE = "done", _("取り込みました")
        REFUSED = "refused", _("取り込みませんでした")
        CANCELLED = "cancelled", _("止めました")
        BROKEN = "broken", _("途中で失敗しました")
        UNDOING = "undoing", _("取り消し中")
        UNDONE = "undone", _("取り消しました")

    class Mode(models.TextChoices):
        INSERT = "insert", _("すべて新しい記録として加える")
        UPDATE = "update", _("キーが同じ記録を直す")
        MIXED = "mixed", _("キーが同じ記録は直し、ほかは加える")

    class Policy(models.TextChoices):
        ALL = "all", _("1行でも誤りがあれば、何も取り込まない")
        GOOD = "good", _("正しい行だけ取り込み、誤りの行を一覧にする")

    app = models.ForeignKey("records.App", on_delete=models.CASCADE)
    user = models.ForeignKey("people.User", null=True, on_delete=models.SET_NULL, related_name="+")
    file = models.ForeignKey("core.StoredFile", null=True, on_delete=models.SET_NULL, related_name="+")
    name = models.CharField(max_length=255)
    charset = models.CharField(max_length=20)
    headers = models.JSONField(default=list)
    mapping = models.JSONField(default=list)
    mode = models.CharField(max_length=10, choices=Mode, default=Mode.INSERT)
    key = models.CharField(max_length=64, blank=True)
    policy = models.CharField(max_length=10, choices=Policy, default=Policy.ALL)
    state = models.CharField(max_length=10, choices=State, default=State.UPLOADED)
    job = models.CharField(max_length=64, blank=True)
    total = models.PositiveIntegerField(default=0)
    done_line = models.PositiveIntegerField(default=0)
    created = models.PositiveIntegerField(default=0)
    updated = models.PositiveIntegerField(default=0)
    same = models.PositiveIntegerField(default=0)
    failed = models.PositiveIntegerField(default=0)
    at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    undone_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["app", "-at"], name="record_transfer_newest")]


class Imported(models.Model):
    """A record that an import made (`before` None) or changed: its revision before and after, for the undo."""

    class Undo(models.TextChoices):
        NO = "", _("そのまま")
        DONE = "done", _("戻しました")
        KEPT = "kept", _("残しました")

    of = models.ForeignKey(Import, on_delete=models.CASCADE, related_name="records", db_index=False)
    record = models.BigIntegerField()
    before = models.PositiveIntegerField(null=True)
    after = models.PositiveIntegerField()
    undo = models.CharField(max_length=5, choices=Undo, blank=True, default="")
    why = models.CharField(max_length=200, blank=True)

    class Meta:
        indexes = [models.Index(fields=["of", "id"], name="record_transfer_record")]


class BadLine(models.Model):
    """A line that was not taken in: what is wrong in which column, and its cells as they were."""

    of = models.ForeignKey(Import, on_delete=models.CASCADE, related_name="bad", db_index=False)
    line = models.PositiveIntegerField()
    errors = models.JSONField(default=list)
    cells = models.JSONField(default=list)

    class Meta:
        indexes = [models.Index(fields=["of", "line"], name="record_transfer_bad")]


class Mapping(models.Model):
    """How the columns of files with these headers were assigned last time in this app."""

    app = models.ForeignKey("records.App", on_delete=models.CASCADE, db_index=False)
    headers = models.CharField(max_length=64)
    mapping = models.JSONField(default=list)
    mode = models.CharField(max_length=10)
    key = models.CharField(max_length=64, blank=True)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["app", "headers"], name="record_transfer_mapping_once")
        ]
