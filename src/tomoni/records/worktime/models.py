"""What is kept of working time: sums per record, state and day; who worked only as a number, and not for long."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class MonthKey(models.Model):
    """The random key of a month's pseudonyms (`month` = 2026-11). Deleted with them, so they stay unreadable."""

    month = models.CharField(primary_key=True, max_length=7)
    key = models.BinaryField(max_length=32)


class Presence(models.Model):
    """Where a person's chain of marks stands, under this month's pseudonym; gone after a day."""

    pseudonym = models.CharField(primary_key=True, max_length=64)
    last_at = models.DateTimeField()
    app = models.ForeignKey("records.App", null=True, on_delete=models.CASCADE)
    record = models.BigIntegerField(null=True)
    state = models.CharField(max_length=100, blank=True)
    live = models.BooleanField(default=False)


class Worked(models.Model):
    """Seconds that went into a record in a state on a day, of everybody together (作業時間)."""

    app = models.ForeignKey("records.App", on_delete=models.CASCADE, db_index=False)
    record = models.BigIntegerField()
    state = models.CharField(max_length=100, blank=True)
    day = models.DateField()
    screen = models.PositiveIntegerField(default=0)
    phone = models.PositiveIntegerField(default=0)
    paper = models.PositiveIntegerField(default=0)
    counter = models.PositiveIntegerField(default=0)
    other = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["app", "record", "state", "day"], name="worktime_worked_once")
        ]
        indexes = [models.Index(fields=["app", "day"], name="worktime_worked_day")]


class Hand(models.Model):
    """That somebody worked at the screen in an app and state on a day: only to count different staff."""

    app = models.ForeignKey("records.App", on_delete=models.CASCADE, db_index=False)
    state = models.CharField(max_length=100, blank=True)
    day = models.DateField()
    pseudonym = models.CharField(max_length=64)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["app", "day", "state", "pseudonym"], name="worktime_hand_once")
        ]


class Tap(models.Model):
    """Minutes told by one tap (電話・紙・窓口の申告). The pseudonym lets its maker undo it; then it is blanked."""

    class Kind(models.TextChoices):
        PHONE = "phone", _("電話")
        PAPER = "paper", _("紙")
        COUNTER = "counter", _("窓口")
        OTHER = "other", _("そのほか")

    app = models.ForeignKey("records.App", on_delete=models.CASCADE, db_index=False)
    record = models.BigIntegerField()
    state = models.CharField(max_length=100, blank=True)
    day = models.DateField()
    kind = models.CharField(max_length=10, choices=Kind)
    minutes = models.PositiveSmallIntegerField()
    pseudonym = models.CharField(max_length=64, blank=True)
    nonce = models.CharField(max_length=32, unique=True)
    at = models.DateTimeField()
    undone_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["app", "record", "day"], name="worktime_tap_record"),
            models.Index(fields=["app", "day"], name="worktime_tap_day"),
        ]


class StaffCount(models.Model):
    """How many different staff worked in an app and state in a month, kept after the pseudonyms are gone.

    `state` "" stands for the whole app; the states of an app without a process are written as "-".
    """

    app = models.ForeignKey("records.App", on_delete=models.CASCADE, db_index=False)
    state = models.CharField(max_length=100, blank=True)
    month = models.CharField(max_length=7)
    staff = models.PositiveIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["app", "state", "month"], name="worktime_staff_once")]
