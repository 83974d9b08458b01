"""Why somebody may do something, or may not (なぜできる／できない): the deciding rule, in words."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Q
from django.utils.translation import gettext as _

from tomoni.core.actor import Actor
from tomoni.core.errors import NotFound
from tomoni.people import facade as people
from tomoni.people.models import User
from tomoni.records import rights
from tomoni.records.ddl.tables import tables
from tomoni.records.query.compile import condition
from tomoni.records.query.means import Meaning, Person
from tomoni.records.query.sight import LEVELS
from tomoni.records.schema import cache
from tomoni.records.schema.snapshot import AppSchema
from tomoni.records.views import whowords

ON_RECORDS = ("view", "edit", "delete")
ON_FIELDS = ("view", "edit")


@dataclass(frozen=True, slots=True)
class Explanation:
    """Whether a person may do `verb`, and the rule that decides: its kind with its place (`record_right:2`), in words.

    Kinds: `system owner admin right none own record_rule record_right field_right`.
    """

    verb: str
    may: bool
    rule: str
    words: str


def explain(
    actor: Actor, app: str, person: int, record: int | None = None, field: str | None = None
) -> list[Explanation]:
    """Each verb for a person in an app, on one record or one field of it. The asking actor needs `manage`."""
    schema = cache.snapshot(app)
    rights.require(actor, schema, "manage")
    user = User.objects.filter(pk=person).first()
    if user is None:
        raise NotFound(person=person)
    if field is not None and field not in schema.by_code:
        raise NotFound(field=field)
    return explain_actor(people.actor_for(user), schema, record, field)


def explain_actor(
    actor: Actor, schema: AppSchema, record: int | None = None, field: str | None = None
) -> list[Explanation]:
    """The same for an actor that is known."""
    asked = _Asked(Person(actor, schema), record)
    if field is not None:
        return [asked.on_field(verb, field) for verb in ON_FIELDS]
    if record is not None:
        return [asked.on_record(verb) for verb in ON_RECORDS]
    return [asked.in_app(verb) for verb in rights.VERBS]


class _Asked:
    """One person and perhaps one record."""

    def __init__(self, person: Person, record: int | None) -> None:
        self.person, self.schema, self.record = person, person.schema, record
        self.names = whowords.Words(person.schema)

    def in_app(self, verb: str) -> Explanation:
        """A verb by the rights of the app."""
        actor, schema = self.person.actor, self.schema
        if actor.kind == "system":
            return Explanation(verb, True, "system", _("システムの処理です。"))
        if self.person.own is not None and self.person.own in (schema.owner_id, schema.deputy_id):
            words = _("担当者（責任者か副責任者）なので、すべてできます。")
            return Explanation(verb, True, "owner", words)
        if verb == "manage" and actor.may(rights.MANAGE_ANY):
            return Explanation(verb, True, "admin", _("システム管理者は、どのアプリの設定も変えられます。"))
        own: int | None = None
        for place, right in enumerate(schema.rights, start=1):
            if verb not in right.verbs:
                continue
            if right.who == "creator":
                own = own or place
            elif rights.matches(right.who, actor, self.person.departments):
                words = _("アプリの権限%(n)s番目「%(who)s」で許されています。")
                return Explanation(verb, True, f"right:{place}", words % self._named(place, right.who))
        if own is not None and self.person.own is not None:
            words = _("アプリの権限%(n)s番目で、自分が登録した記録だけに許されています。")
            return Explanation(verb, True, f"own:{own}", words % {"n": own})
        return Explanation(verb, False, "none", _("アプリの権限に、この人に許す行がありません。"))

    def on_record(self, verb: str) -> Explanation:
        """A verb on the record: what the app leaves, the record rule, the rights on records in order."""
        found = self.in_app(verb)
        if not found.may or self.record is None:
            return found
        if found.rule.startswith("own") and not self._holds(Q(created_by=self.person.own)):
            words = _("自分が登録した記録だけに許されていますが、この記録はほかの人が登録しました。")
            return Explanation(verb, False, found.rule, words)
        if self.person.exempt:
            return found
        if self.schema.record_rule and not self._matches(self.schema.record_rule):
            words = _("レコードの条件「%(query)s」に合わない記録です。") % {"query": self.schema.record_rule}
            return Explanation(verb, False, "record_rule", words)
        for place, rule in enumerate(self.schema.record_rights, start=1):
            if not rule.query.strip() or self._matches(rule.query):
                return self._by_rule(verb, place)
        return found

    def _by_rule(self, verb: str, place: int) -> Explanation:
        rule = self.schema.record_rights[place - 1]
        query, key = rule.query or _("すべての記録"), f"record_right:{place}"
        for grant in rule.grants:
            if not self._meant(self.person.means(grant.who)):
                continue
            may = {verb, "view"} <= set(grant.verbs)
            text = (
                _("レコードの権限%(n)s番目（%(query)s）の「%(who)s」で許されています。")
                if may
                else _("レコードの権限%(n)s番目（%(query)s）の「%(who)s」では許されていません。")
            )
            return Explanation(verb, may, key, text % (self._named(place, grant.who) | {"query": query}))
        text = _("レコードの権限%(n)s番目（%(query)s）に、この人に許す行がありません。")
        return Explanation(verb, False, key, text % {"n": place, "query": query})

    def on_field(self, verb: str, code: str) -> Explanation:
        """A verb on a field: what the record leaves, then the field's own rule. A column follows its table too."""
        found = self.on_record(verb)
        table = self.schema.by_code[code].table
        if not found.may or self.person.exempt:
            return found
        for rule in self.schema.field_rights:
            if rule.code not in (code, table):
                continue
            decided = self._by_field(verb, rule.code)
            if not decided.may or rule.code == code:
                found = decided
            if not decided.may:
                return decided
        return found

    def _by_field(self, verb: str, code: str) -> Explanation:
        rule = next(r for r in self.schema.field_rights if r.code == code)
        label, key = self.schema.by_code[code].label, f"field_right:{code}"
        for place, grant in enumerate(rule.grants, start=1):
            if not self._meant(self.person.means(grant.who)):
                continue
            may = LEVELS[grant.access] >= LEVELS[verb]
            text = (
                _("項目「%(field)s」の権限%(n)s番目「%(who)s」で許されています。")
                if may
                else _("項目「%(field)s」の権限%(n)s番目「%(who)s」では許されていません。")
            )
            return Explanation(verb, may, key, text % (self._named(place, grant.who) | {"field": label}))
        text = _("項目「%(field)s」の権限に、この人に許す行がありません。")
        return Explanation(verb, False, key, text % {"field": label})

    def _named(self, place: int, who: str) -> dict[str, object]:
        return {"n": place, "who": self.names.one(who)}

    def _meant(self, meaning: Meaning) -> bool:
        """Whether a grant means the person here; without a record, whether it may."""
        if isinstance(meaning, bool):
            return meaning
        return self.record is not None and self._holds(meaning)

    def _matches(self, query: str) -> bool:
        return self._holds(condition(query, self.schema, self.person.actor))

    def _holds(self, found: Q) -> bool:
        rows = tables(self.schema).record._default_manager.filter(pk=self.record or 0)
        return rows.filter(found).exists()


def table(explanations: Iterable[Explanation]) -> dict[str, Explanation]:
    """The explanations by verb."""
    return {e.verb: e for e in explanations}
