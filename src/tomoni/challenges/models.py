"""Reviews (見直し), challenges (取組), their rounds, endings and what the freed time is for."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Question(models.TextChoices):
    """The questions in their order: the four of ECRS, then automation."""

    ELIMINATE = "eliminate", pgettext_lazy("見直し", "やめる")
    COMBINE = "combine", pgettext_lazy("見直し", "まとめる")
    REARRANGE = "rearrange", pgettext_lazy("見直し", "順を変える")
    SIMPLIFY = "simplify", pgettext_lazy("見直し", "簡単にする")
    AUTOMATE = "automate", pgettext_lazy("見直し", "自動にする")


class Review(models.Model):
    """A review of a task or a procedure: four questions, one after another (見直し).

    `hours` is the surveyed hours a year when the review began: the upper limit of what can be expected.
    """

    class State(models.TextChoices):
        OPEN = "open", _("途中")
        CLOSED = "closed", _("終わり")

    task_id = models.CharField(max_length=64, blank=True, db_index=True)
    procedure_id = models.CharField(max_length=64, blank=True)
    subject = models.CharField(_("見直す仕事"), max_length=300)
    section = models.CharField(_("課"), max_length=200, blank=True)
    hours = models.DecimalField(max_digits=12, decimal_places=1, null=True)
    state = models.CharField(max_length=10, choices=State, default=State.OPEN)
    department_id = models.BigIntegerField(null=True)
    started_by = models.BigIntegerField(null=True)
    started_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["task_id", "procedure_id"],
                condition=Q(state="open"),
                name="challenges_review_open_once",
            )
        ]
        ordering = ["-id"]

    def __str__(self) -> str:
        return self.subject


class Answer(models.Model):
    """The answer to one question of a review; `low`, `mid`, `high` are hours a year."""

    class Decision(models.TextChoices):
        DO = "do", _("する")
        NOT = "not", _("しない")
        LOOK = "look", _("もっと調べる")

    class Decider(models.TextChoices):
        STATE = "state", _("国への提案")
        ASSEMBLY = "assembly", _("議会")
        MAYOR = "mayor", _("首長")
        APPROVER = "approver", _("決裁権者")
        HEAD = "head", _("課長")

    review = models.ForeignKey(Review, on_delete=models.CASCADE, related_name="answers")
    question = models.CharField(max_length=10, choices=Question)
    decision = models.CharField(max_length=10, choices=Decision)
    reason = models.TextField()
    low = models.DecimalField(max_digits=12, decimal_places=1, default=0)
    mid = models.DecimalField(max_digits=12, decimal_places=1, default=0)
    high = models.DecimalField(max_digits=12, decimal_places=1, default=0)
    decider = models.CharField(max_length=10, choices=Decider, blank=True)
    revision = models.PositiveIntegerField(default=1)
    answered_by = models.BigIntegerField(null=True)
    answered_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["review", "question"], name="challenges_answer_once")]


class Figure(models.TextChoices):
    """What a challenge can be measured by."""

    ACTIVE = "active", _("1件の作業時間（分・中央値）")
    ELAPSED = "elapsed", _("終わるまでの経過日数（日・中央値）")
    SCORE = "score", _("住民の「わかりやすかった」（1〜5の平均）")
    GONE = "gone", _("なくなった時間（1年の時間）")


class Challenge(models.Model):
    """A challenge (取組): who tries what until when, how it is measured, what the freed time is for."""

    class Kind(models.TextChoices):
        BUILD = "build", _("つくる")
        STOP = "stop", _("やめる")
        REARRANGE = "rearrange", _("順や分担を変える")

    class Stage(models.TextChoices):
        PREPARE = "prepare", _("準備中")
        RUN = "run", _("届けている")
        FIX = "fix", _("直している")
        ENDED = "ended", _("やめた（学びあり）")
        DONE = "done", _("なくなった")

    key = models.CharField(max_length=64, unique=True)
    review = models.OneToOneField(Review, null=True, on_delete=models.PROTECT, related_name="challenge")
    title = models.CharField(_("題名"), max_length=200)
    kind = models.CharField(_("やり方"), max_length=10, choices=Kind)
    stage = models.CharField(max_length=10, choices=Stage, default=Stage.PREPARE)
    task_id = models.CharField(max_length=64, blank=True, db_index=True)
    procedure_id = models.CharField(max_length=64, blank=True)
    owner_id = models.BigIntegerField(_("担当する人"), null=True)
    department_id = models.BigIntegerField(_("担当する課"), null=True, db_index=True)
    hypothesis = models.TextField(_("仮説"))
    due_on = models.DateField(_("期限"))
    next_on = models.DateField(null=True)
    app_code = models.CharField(max_length=64, blank=True, db_index=True)
    kit_code = models.CharField(max_length=64, blank=True)
    revision = models.PositiveIntegerField(default=1)
    created_by = models.BigIntegerField(null=True)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["stage", "next_on"], name="challenges_stage_next")]
        ordering = ["-id"]

    def __str__(self) -> str:
        return self.title


class Measure(models.Model):
    """A condition set before the start: a figure, its value before, the value aimed at. The first is the measure."""

    challenge = models.ForeignKey(Challenge, on_delete=models.CASCADE, related_name="measures")
    figure = models.CharField(max_length=10, choices=Figure)
    baseline = models.DecimalField(max_digits=12, decimal_places=1, null=True)
    target = models.DecimalField(max_digits=12, decimal_places=1)
    order = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["challenge", "figure"], name="challenges_measure_once")
        ]
        ordering = ["order", "id"]


class Use(models.Model):
    """What freed time is for (生み出した時間の使い道): planned hours a month."""

    class Kind(models.TextChoices):
        CONSULT = "consult", _("相談")
        VISIT = "visit", _("訪問")
        PLAN = "plan", _("企画")
        LEARN = "learn", _("学び")

    challenge = models.ForeignKey(Challenge, on_delete=models.CASCADE, related_name="uses")
    kind = models.CharField(max_length=10, choices=Kind)
    what = models.CharField(max_length=200, blank=True)
    planned = models.DecimalField(max_digits=8, decimal_places=1, default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["challenge", "kind"], name="challenges_use_once")]
        ordering = ["id"]


class UseReport(models.Model):
    """Hours of a use that were really spent in a month, as the section reports (申告)."""

    use = models.ForeignKey(Use, on_delete=models.CASCADE, related_name="reports")
    month = models.DateField()
    hours = models.DecimalField(max_digits=8, decimal_places=1)
    reported_by = models.BigIntegerField(null=True)
    reported_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["use", "month"], name="challenges_use_month_once")]
        ordering = ["month"]


class Round(models.Model):
    """One round of trying and measuring, `[starts_on, ends_on]`; closed by a decision with its reason.

    `figures` and `guideline` are what the decision was taken on, kept as they stood.
    """

    class Decision(models.TextChoices):
        CONTINUE = "continue", pgettext_lazy("決定", "続ける")
        FIX = "fix", pgettext_lazy("決定", "直す")
        STOP = "stop", pgettext_lazy("決定", "やめる")

    challenge = models.ForeignKey(Challenge, on_delete=models.CASCADE, related_name="rounds")
    number = models.PositiveIntegerField()
    starts_on = models.DateField()
    ends_on = models.DateField()
    decision = models.CharField(max_length=10, choices=Decision, blank=True)
    reason = models.TextField(blank=True)
    learned = models.TextField(blank=True)
    figures = models.JSONField(default=dict)
    guideline = models.JSONField(default=dict)
    decided_by = models.BigIntegerField(null=True)
    decided_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["challenge", "number"], name="challenges_round_once")]
        ordering = ["number"]


class Ending(models.Model):
    """How a task ends (やめる): when, who is told what, who decided, and whether the hours are gone afterwards."""

    class Method(models.TextChoices):
        SURVEY = "survey", _("もう一度の業務量調査")
        MEASURED = "measured", _("計測した作業時間")
        DECLARED = "declared", _("担当課の申告")

    class Result(models.TextChoices):
        GONE = "gone", _("時間はなくなった")
        PARTLY = "partly", _("一部なくなった")
        STILL = "still", _("なくなっていない")

    challenge = models.OneToOneField(Challenge, on_delete=models.CASCADE, related_name="ending")
    end_on = models.DateField()
    decider = models.CharField(max_length=10, choices=Answer.Decider)
    notice = models.TextField()
    audience = models.JSONField(default=list)
    hours_before = models.DecimalField(max_digits=12, decimal_places=1, null=True)
    decided_by = models.BigIntegerField(null=True)
    decided_at = models.DateTimeField(null=True)
    decision_note = models.TextField(blank=True)
    told_at = models.DateTimeField(null=True)
    told = models.PositiveIntegerField(default=0)
    check_on = models.DateField()
    reminded_at = models.DateTimeField(null=True)
    method = models.CharField(max_length=10, choices=Method, blank=True)
    result = models.CharField(max_length=10, choices=Result, blank=True)
    hours_after = models.DecimalField(max_digits=12, decimal_places=1, null=True)
    check_reason = models.TextField(blank=True)
    checked_by = models.BigIntegerField(null=True)
    checked_at = models.DateTimeField(null=True)


class Happening(models.Model):
    """What happened in a challenge, for its timeline: a kind and plain facts, worded when shown (経過)."""

    challenge = models.ForeignKey(Challenge, on_delete=models.CASCADE, related_name="happenings")
    kind = models.CharField(max_length=20)
    data = models.JSONField(default=dict)
    actor_id = models.BigIntegerField(null=True)
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["at"], name="challenges_happening_at")]
        ordering = ["-at", "-id"]
