"""引継書: an app explained to the next person, from its definition, its history and what is open now."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Count, Max, Min
from django.utils.translation import gettext as _

from tomoni.core import calendar, clock
from tomoni.people import facade as people
from tomoni.records.ddl.tables import tables
from tomoni.records.keeping import due, owners, register, sources
from tomoni.records.keeping.models import Keeping
from tomoni.records.models import App, AppVersion, Revision, StateLog
from tomoni.records.schema.diff import Change, changes
from tomoni.records.schema.snapshot import AppSchema
from tomoni.records.schema.snapshot import spec_of as spec
from tomoni.records.schema.spec import FieldSpec
from tomoni.records.views import fieldwords, whowords

VERSIONS = 40
OLDEST = 10
YEAR = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class Step:
    """A change of the definition: when, who, what, in words."""

    at: datetime
    who: str
    what: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Open:
    """Records in a state that is not an end: how many, the oldest since when, the numbers of the oldest."""

    state: str
    count: int
    since: datetime | None
    numbers: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Handover:
    """Everything the page shows."""

    schema: AppSchema
    kept: owners.Kept
    note: str
    records: int
    fields: tuple[tuple[str, str, str], ...]
    states: tuple[tuple[str, str], ...]
    moves: tuple[tuple[str, str, str], ...]
    rights: tuple[tuple[str, str], ...]
    views: tuple[tuple[str, str], ...]
    notices: tuple[tuple[str, str], ...]
    sections: tuple[sources.Section, ...]
    history: tuple[Step, ...]
    open: tuple[Open, ...]
    asked: tuple[tuple[str, str], ...]
    dates: tuple[str, ...]
    personal: tuple[str, ...]


def build(schema: AppSchema) -> Handover:
    """The handover of an app; no value of any record is in it."""
    words = whowords.Words(schema)
    kept = owners.kept(App.objects.filter(pk=schema.id))[0]
    note = Keeping.objects.filter(app_id=schema.id).values_list("note", flat=True).first() or ""
    told = tuple(sources.sections(schema.code))
    rows = tables(schema).record._default_manager.filter(deleted_at__isnull=True)
    return Handover(
        schema=schema,
        kept=kept,
        note=note,
        records=rows.count(),
        fields=tuple(_field(f, schema) for f in schema.fields),
        states=tuple(_states(schema, words)),
        moves=tuple(_moves(schema, words)),
        rights=tuple(_rights(schema, words)),
        views=tuple((v.name, v.query or _("すべての記録")) for v in schema.views),
        notices=tuple(_notices(schema, words)),
        sections=told,
        history=tuple(_history(schema)),
        open=tuple(_open(schema)),
        asked=tuple(_people(schema, kept)),
        dates=tuple(_dates(schema, told)),
        personal=tuple(f.label for f in register.tagged(schema)),
    )


def _field(field: FieldSpec, schema: AppSchema) -> tuple[str, str, str]:
    """Label, kind, and what one must know about it."""
    facts = [field.help]
    if field.required:
        facts.append(_("必ず入れる"))
    if field.unique:
        facts.append(_("同じ値は1つだけ"))
    if field.visible_if:
        facts.append(_("次のときだけ表示: %(query)s") % {"query": field.visible_if})
    if formula := field.options.get("formula"):
        facts.append(_("計算式: %(formula)s") % {"formula": formula})
    if choices := field.options.get("choices"):
        facts.append(_("選択肢: %(list)s") % {"list": "、".join(map(str, choices[:20]))})
    if field.type == "lookup":
        facts.append(_("別のアプリ（%(app)s）から写す") % {"app": field.options.get("app", "")})
    if field.fields:
        facts.append(_("列: %(list)s") % {"list": "、".join(c.label for c in field.fields)})
    if field.personal != "none":
        level = _("要配慮個人情報") if field.personal == "sensitive" else _("個人情報")
        facts.append(f"{level}（{field.purpose}）" if field.purpose else level)
    return field.label, str(fieldwords.label_of(field.type)), "。".join(f.rstrip("。") for f in facts if f)


def _states(schema: AppSchema, words: whowords.Words) -> Iterator[tuple[str, str]]:
    for state in schema.states:
        facts = []
        if state.assignee.who:
            facts.append(_("作業者: %(who)s") % {"who": words.all(state.assignee.who)})
        if state.deadline_days is not None:
            facts.append(_("期限: %(n)s日") % {"n": state.deadline_days})
            if state.escalate:
                facts.append(_("過ぎたら知らせる: %(who)s") % {"who": words.all(state.escalate)})
        if facts:
            yield state.name, "。".join(facts)


def _moves(schema: AppSchema, words: whowords.Words) -> Iterator[tuple[str, str, str]]:
    for action in schema.actions:
        facts = [words.all(action.who) if action.who else _("直せる人ならだれでも")]
        if action.condition:
            facts.append(_("条件: %(query)s") % {"query": action.condition})
        yield action.name, f"{action.source} → {action.target}", "。".join(facts)


def _rights(schema: AppSchema, words: whowords.Words) -> Iterator[tuple[str, str]]:
    verbs = whowords.verb_labels()
    for right in schema.rights:
        yield words.one(right.who), "・".join(verbs[v] for v in right.verbs)
    if schema.record_rule:
        yield _("見える記録の条件"), schema.record_rule
    for rule in schema.record_rights:
        held = "、".join(
            f"{words.one(g.who)}（{'・'.join(verbs[v] for v in g.verbs) or _('見せない')}）"
            for g in rule.grants
        )
        yield _("次の記録は別の権限: %(query)s") % {"query": rule.query or _("すべて")}, held
    access = {"none": _("見せない"), "view": _("見るだけ"), "edit": _("直せる")}
    for limit in schema.field_rights:
        label = schema.by_code[limit.code].label if limit.code in schema.by_code else limit.code
        held = "、".join(f"{words.one(f.who)}（{access[f.access]}）" for f in limit.grants)
        yield _("項目「%(field)s」") % {"field": label}, held


def _notices(schema: AppSchema, words: whowords.Words) -> Iterator[tuple[str, str]]:
    kinds = {
        "created": _("登録"), "updated": _("変更"), "comment": _("コメント"), "status": _("状態の変更"),
        "import": _("取り込み"),
    }  # fmt: skip
    for notice in schema.notices:
        if notice.kind == "reminder":
            field = schema.by_code.get(notice.field)
            label = field.label if field else notice.field
            when = _("「%(field)s」の%(n)s日%(side)s") % {
                "field": label,
                "n": abs(notice.days),
                "side": _("前") if notice.days < 0 else _("後"),
            }
        elif notice.kind == "record":
            when = _("次に合う記録になったとき: %(query)s") % {"query": notice.query}
        else:
            when = "・".join(kinds.get(e, e) for e in notice.events)
        yield (
            notice.title or when,
            _("%(when)s。知らせる相手: %(who)s") % {"when": when, "who": words.all(notice.who)},
        )


def _history(schema: AppSchema) -> Iterator[Step]:
    """How the definition came to be as it is, newest first: what each version changed."""
    rows = list(AppVersion.objects.filter(app_id=schema.id).order_by("-version")[: VERSIONS + 1])
    ids = {int(r.actor_ref.partition(":")[2]) for r in rows if r.actor_ref.partition(":")[2].isdigit()}
    names = people.display_names(ids)
    schemas = [AppSchema.from_json(r.spec) for r in rows]
    for at, row in enumerate(rows[:VERSIONS]):
        before = schemas[at + 1] if at + 1 < len(schemas) else None
        if before is None and row.version > 1:
            break
        what = [_("アプリをつくりました")] if before is None else _told(before, schemas[at])
        number = row.actor_ref.partition(":")[2]
        who = names.get(int(number), _("退職した人など")) if number.isdigit() else _("システム")
        if what:
            yield Step(row.at, who, tuple(what))


def _told(before: AppSchema, after: AppSchema) -> list[str]:
    told = [_change(c) for c in changes(before, spec(after))]
    if (before.owner_id, before.deputy_id) != (after.owner_id, after.deputy_id):
        told.append(_("担当者・副担当を変えました"))
    return list(dict.fromkeys(told))


def _change(change: Change) -> str:
    kinds = {
        "added": _("加えました"),
        "removed": _("なくしました"),
        "changed": _("変えました"),
        "moved": _("並べ替えました"),
    }
    parts = {
        "field": _("項目"), "states": _("状態"), "actions": _("処理"), "views": _("一覧"), "name": _("名前"),
        "description": _("説明"), "title_field": _("見出しの項目"), "record_rule": _("見える記録の条件"),
        "rights": _("アプリの権限"), "layout": _("配置"), "record_rights": _("レコードの権限"),
        "field_rights": _("項目の権限"), "notices": _("通知"), "retention": _("保存年限"), "settings": _("そのほかの設定"),
    }  # fmt: skip
    what = parts.get(change.part, change.part)
    named = f"{what}「{change.label}」" if change.label else what
    return _("%(what)sを%(done)s") % {"what": named, "done": kinds[change.kind]}


def _open(schema: AppSchema) -> Iterator[Open]:
    states = [s.name for s in schema.states if s.kind not in due.ENDS]
    rows = tables(schema).record._default_manager.filter(deleted_at__isnull=True, status__in=states)
    counts = dict(rows.values_list("status").annotate(n=Count("pk")).order_by())
    since = dict(
        StateLog.objects.filter(app_id=schema.id, state__in=states, left_at__isnull=True)
        .values_list("state")
        .annotate(at=Min("entered_at"))
        .order_by()
    )
    for state in states:
        if counts.get(state):
            numbers = rows.filter(status=state).order_by("pk").values_list("pk", flat=True)[:OLDEST]
            yield Open(state, counts[state], since.get(state), tuple(numbers))


def _people(schema: AppSchema, kept: owners.Kept) -> Iterator[tuple[str, str]]:
    """Whom to ask: those who answer for it, the head, and who worked with it most in the last year."""
    for label, keeper in ((_("担当者"), kept.owner), (_("副担当"), kept.deputy)):
        if keeper is not None:
            yield keeper.name, f"{label}（{keeper.gone}）" if keeper.gone else label
    known = {k.id for k in (kept.owner, kept.deputy) if k}
    heads = owners.heads_of(schema.department_code)
    busy = _busiest(schema)
    names = people.display_names([*heads, *(u for u, _n, _at in busy)])
    for head in heads:
        if head in names and head not in known:
            yield names[head], _("所属長")
    for user, count, last in busy:
        if user in names and user not in known:
            yield (
                names[user],
                _("この1年に%(n)s回、入れたり直したりしました（最後は%(day)s）")
                % {
                    "n": f"{count:,}",
                    "day": calendar.format_day(last),
                },
            )


def _busiest(schema: AppSchema) -> list[tuple[int, int, datetime]]:
    """Who entered or changed most in the last year: (person, how often, when last), at most five."""
    since = clock.now() - YEAR
    changed = Revision.objects.filter(app_id=schema.id, at__gte=since, user_id__isnull=False)
    entered = tables(schema).record._default_manager.filter(created_at__gte=since, created_by__isnull=False)
    counts: Counter[int] = Counter()
    latest: dict[int, datetime] = {}
    for rows in (
        changed.values_list("user_id").annotate(n=Count("pk"), last=Max("at")).order_by(),
        entered.values_list("created_by").annotate(n=Count("pk"), last=Max("created_at")).order_by(),
    ):
        for user, count, last in rows:
            counts[user] += count
            latest[user] = max(last, latest.get(user, last))
    return [(user, count, latest[user]) for user, count in counts.most_common(5)]


def _dates(schema: AppSchema, told: tuple[sources.Section, ...]) -> Iterator[str]:
    """What comes round: end of retention, reminders, scheduled work."""
    if schema.retention.years is not None:
        year = calendar.fiscal_year(clock.today()) + 1
        yield _("%(day)s: 保存年限（%(n)s年）を過ぎた記録の廃棄を確かめる") % {
            "day": calendar.to_wareki(date(year, 4, 1)),
            "n": schema.retention.years,
        }
    for section in told:
        yield from section.dates
    for state in schema.states:
        if state.deadline_days is not None:
            yield _("状態「%(state)s」は%(n)s日以内に進める") % {
                "state": state.name,
                "n": state.deadline_days,
            }
