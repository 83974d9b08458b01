"""What the engine keeps about apps: definitions, snapshots, revisions, dwell, slots. Record data lives in `r_<id>`."""

from __future__ import annotations

from django.db import models
from django.db.models import Q


class App(models.Model):
    """An app (アプリ). `version` counts published definitions; each has its snapshot in `AppVersion`.

    `stamp` is random and new with each version: caches use it as key, so a rolled-back version is never mistaken.
    """

    code = models.CharField(max_length=64, unique=True)
    name = models.CharField(max_length=100)
    description = models.TextField(blank=True)
    owner = models.ForeignKey("people.User", null=True, on_delete=models.SET_NULL, related_name="owned_apps")
    deputy = models.ForeignKey(
        "people.User", null=True, on_delete=models.SET_NULL, related_name="deputy_apps"
    )
    department_code = models.CharField(max_length=40, blank=True)
    task_id = models.CharField(max_length=64, blank=True, db_index=True)
    kit = models.CharField(max_length=64, blank=True)
    kit_version = models.CharField(max_length=20, blank=True)
    title_field = models.CharField(max_length=64, blank=True)
    states = models.JSONField(default=list)
    actions = models.JSONField(default=list)
    views = models.JSONField(default=list)
    rights = models.JSONField(default=list)
    record_rule = models.TextField(blank=True)
    layout = models.JSONField(default=list)
    record_rights = models.JSONField(default=list)
    field_rights = models.JSONField(default=list)
    notices = models.JSONField(default=list)
    retention = models.JSONField(default=dict)
    settings = models.JSONField(default=dict)
    version = models.PositiveIntegerField(default=0)
    stamp = models.CharField(max_length=32, default="")
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    deleted_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.code


class Field(models.Model):
    """A field (項目). Its primary key is the column's number; a deleted field keeps its column in the trash.

    `parent` is the table (テーブル) whose column it is. Codes are unique in the app, those of tables included.
    """

    app = models.ForeignKey(App, on_delete=models.CASCADE, related_name="fields")
    parent = models.ForeignKey("self", null=True, on_delete=models.CASCADE, related_name="columns")
    code = models.CharField(max_length=64)
    type = models.CharField(max_length=20)
    label = models.CharField(max_length=200)
    required = models.BooleanField(default=False)
    unique = models.BooleanField(default=False)
    default = models.JSONField(null=True)
    help = models.TextField(blank=True)
    options = models.JSONField(default=dict)
    personal = models.CharField(max_length=10, default="none")
    purpose = models.CharField(max_length=200, blank=True)
    retention_years = models.PositiveIntegerField(null=True)
    visible_if = models.TextField(blank=True)
    position = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField()
    deleted_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["app", "code"], condition=Q(deleted_at__isnull=True), name="records_field_code"
            )
        ]
        ordering = ["position", "id"]

    def __str__(self) -> str:
        return self.code


class AppVersion(models.Model):
    """A published definition, never changed afterwards: the snapshot that readers and writers use."""

    app = models.ForeignKey(App, on_delete=models.CASCADE, related_name="versions")
    version = models.PositiveIntegerField()
    spec = models.JSONField()
    at = models.DateTimeField()
    actor_ref = models.CharField(max_length=80)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["app", "version"], name="records_appversion_once")]


class AppDraft(models.Model):
    """A definition being worked on (下書き): the whole specification, deployed (反映) in one go.

    `base_version` is the published version it started from; `revision` counts its saves.
    """

    app = models.OneToOneField(App, on_delete=models.CASCADE, primary_key=True, related_name="draft")
    spec = models.JSONField()
    base_version = models.PositiveIntegerField()
    revision = models.PositiveIntegerField(default=1)
    user_id = models.BigIntegerField(null=True)
    updated_at = models.DateTimeField()


class Counter(models.Model):
    """The next record number of an app: taken under a row lock, so numbers have no gaps and repeat never.

    `rows` is the next number of a row in the app's tables (テーブル). `indexed`: records above this number wait for the
    search index (after an import); None when none wait.
    """

    app = models.OneToOneField(App, on_delete=models.CASCADE, primary_key=True)
    next = models.BigIntegerField(default=1)
    rows = models.BigIntegerField(default=1, db_default=1)
    indexed = models.BigIntegerField(null=True)


class Revision(models.Model):
    """One change of a record: per field id its value before and after (JSON). Values live here, not in the audit."""

    app = models.ForeignKey(App, on_delete=models.CASCADE, db_index=False)
    record = models.BigIntegerField()
    revision = models.PositiveIntegerField()
    kind = models.CharField(max_length=10)
    at = models.DateTimeField()
    user_id = models.BigIntegerField(null=True)
    actor_ref = models.CharField(max_length=80)
    action = models.CharField(max_length=100, blank=True)
    comment = models.TextField(blank=True)
    changes = models.JSONField(default=dict)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["app", "record", "revision"], name="records_revision_once")
        ]


class StateLog(models.Model):
    """A record's stay in a state, half-open `[entered_at, left_at)`: the source of 経過日数."""

    app = models.ForeignKey(App, on_delete=models.CASCADE, db_index=False)
    record = models.BigIntegerField()
    state = models.CharField(max_length=100)
    entered_at = models.DateTimeField()
    left_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["app", "record"], name="records_statelog_record"),
            models.Index(fields=["app", "entered_at"], name="records_statelog_entered"),
        ]


class Slot(models.Model):
    """A bookable slot (予約枠) of a slot field; how many seats are taken is counted, never stored."""

    field = models.ForeignKey(Field, on_delete=models.CASCADE, related_name="slots")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    place = models.CharField(max_length=200, blank=True)
    capacity = models.PositiveIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["field", "starts_at"], name="records_slot_once")]


class RequestKey(models.Model):
    """A request that made a record: the same key again gives the same record (double tap)."""

    key = models.CharField(max_length=64, primary_key=True)
    app = models.ForeignKey(App, on_delete=models.CASCADE)
    record = models.BigIntegerField(null=True)
    at = models.DateTimeField()
