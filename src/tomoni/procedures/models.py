"""Resident forms, drafts and submissions (公開フォーム・下書き・申請)."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from tomoni.core import clock


class Form(models.Model):
    """A resident-facing form over one app (公開フォーム). Texts are Japanese; `en` may hold English ones."""

    class State(models.TextChoices):
        DRAFT = "draft", _("準備中")
        OPEN = "open", _("受付中")
        CLOSED = "closed", _("受付終了")

    app_code = models.CharField(max_length=64, db_index=True)
    slug = models.SlugField(max_length=60, unique=True)
    title = models.CharField(max_length=100)
    intro = models.TextField(blank=True)
    needs = models.TextField(blank=True)
    minutes = models.PositiveSmallIntegerField(default=5)
    after = models.TextField(blank=True)
    days = models.PositiveSmallIntegerField(null=True, blank=True)
    contact_section = models.CharField(max_length=100, blank=True)
    contact_telephone = models.CharField(max_length=30, blank=True)
    contact_hours = models.CharField(max_length=200, blank=True)
    opens_on = models.DateField(null=True, blank=True)
    closes_on = models.DateField(null=True, blank=True)
    verify_field = models.CharField(max_length=128, blank=True)
    email_field = models.CharField(max_length=128, blank=True)
    feedback = models.BooleanField(default=True)
    letters = models.JSONField(default=dict, blank=True)
    status_words = models.JSONField(default=dict, blank=True)
    applicant_actions = models.JSONField(default=list, blank=True)
    en = models.JSONField(default=dict, blank=True)
    state = models.CharField(max_length=10, choices=State, default=State.DRAFT)
    revision = models.PositiveIntegerField(default=1)
    published_at = models.DateTimeField(null=True, blank=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["title", "pk"]

    def __str__(self) -> str:
        return self.title

    def accepting(self, day: date | None = None) -> bool:
        """Whether residents may send on a day: open, and within the period (both days included)."""
        day = day or clock.today()
        return (
            self.state == self.State.OPEN
            and (self.opens_on is None or self.opens_on <= day)
            and (self.closes_on is None or day <= self.closes_on)
        )

    @property
    def contact(self) -> dict[str, str]:
        """The section in charge, as the resident shell shows it."""
        return {
            "section": self.contact_section,
            "telephone": self.contact_telephone,
            "hours": self.contact_hours,
        }

    @property
    def shown_title(self) -> str:
        """The title in the reader's language."""
        return translated(self, "title")

    @property
    def shown_intro(self) -> str:
        """The introduction in the reader's language."""
        return translated(self, "intro")

    @property
    def shown_needs(self) -> str:
        """What to have at hand, in the reader's language."""
        return translated(self, "needs")

    @property
    def shown_after(self) -> str:
        """What happens next, in the reader's language."""
        return translated(self, "after")


class Question(models.Model):
    """One question of a form, over one field of the app (質問). A rule may show it only after a certain answer."""

    class Op(models.TextChoices):
        IS = "is", _("が次と同じとき")
        IS_NOT = "is_not", _("が次とちがうとき")
        FILLED = "filled", _("に答えがあるとき")

    form = models.ForeignKey(Form, on_delete=models.CASCADE, related_name="questions")
    field_code = models.CharField(max_length=128)
    position = models.PositiveIntegerField(default=0)
    text = models.CharField(max_length=200)
    help = models.TextField(blank=True)
    why = models.TextField(blank=True)
    required = models.BooleanField(null=True, blank=True)
    visible_field = models.CharField(max_length=128, blank=True)
    visible_op = models.CharField(max_length=10, choices=Op, default=Op.IS, blank=True)
    visible_value = models.CharField(max_length=200, blank=True)
    en = models.JSONField(default=dict, blank=True)

    class Meta:
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["form", "field_code"], name="procedures_question_once")
        ]

    def __str__(self) -> str:
        return self.text

    @property
    def shown_text(self) -> str:
        """The question in the reader's language."""
        return translated(self, "text")

    @property
    def shown_help(self) -> str:
        """The help in the reader's language."""
        return translated(self, "help")

    @property
    def shown_why(self) -> str:
        """Why it is asked, in the reader's language."""
        return translated(self, "why")

    @property
    def choice_labels(self) -> dict[str, str] | None:
        """Stored choice → its words in the reader's language; None where the choices are shown as they are stored."""
        return dict((self.en or {}).get("choices") or {}) if get_language() == "en" else None


class Submission(models.Model):
    """One submission (申請): the record it became, how it came, and what opens its status page (digests only)."""

    class Channel(models.TextChoices):
        ONLINE = "online", _("スマートフォン・パソコン")
        PHONE = "phone", _("電話")
        COUNTER = "counter", _("窓口")
        PROXY = "proxy", _("代理の人")

    form = models.ForeignKey(Form, on_delete=models.PROTECT, related_name="submissions")
    app_code = models.CharField(max_length=64)
    record_id = models.BigIntegerField()
    channel = models.CharField(max_length=10, choices=Channel, default=Channel.ONLINE)
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    agent_name = models.CharField(max_length=100, blank=True)
    agent_relation = models.CharField(max_length=100, blank=True)
    agent_reason = models.CharField(max_length=300, blank=True)
    receipt_sealed = models.TextField()
    receipt_digest = models.CharField(max_length=64, unique=True)
    verify_digest = models.CharField(max_length=64)
    # Of the other kind (電話番号 beside 生年月日), where the form asked for both and both were given.
    second_digest = models.CharField(max_length=64, blank=True, default="")
    once = models.CharField(max_length=64, unique=True)
    submitted_at = models.DateTimeField()

    class Meta:
        ordering = ["-submitted_at", "-pk"]
        indexes = [models.Index(fields=["app_code", "submitted_at"])]
        constraints = [
            models.UniqueConstraint(fields=["app_code", "record_id"], name="procedures_submission_record")
        ]

    def __str__(self) -> str:
        return f"submission {self.pk}"


class Draft(models.Model):
    """Answers on their way (下書き), found by the digest of the token in the link; gone 30 days after the last save."""

    form = models.ForeignKey(Form, on_delete=models.CASCADE, related_name="drafts")
    token_digest = models.CharField(max_length=64, unique=True)
    answers = models.JSONField(default=dict)
    submission = models.OneToOneField(
        Submission, null=True, blank=True, on_delete=models.SET_NULL, related_name="draft"
    )
    created_at = models.DateTimeField()
    saved_at = models.DateTimeField()
    expires_at = models.DateTimeField(db_index=True)


def untranslated(thing: Any, name: str) -> bool:
    """Whether an English reader gets this text in Japanese: then it is marked `lang="ja"`."""
    return get_language() == "en" and not (thing.en or {}).get(name)


def translated(thing: Any, name: str) -> str:
    """A text of a form or question in the reader's language; Japanese where there is no English one."""
    english = (thing.en or {}).get(name) if get_language() == "en" else ""
    return str(english or getattr(thing, name))
