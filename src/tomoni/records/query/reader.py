"""The condition under which an actor sees or changes records, in SQL: app rights, own records, rules on records."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from django.db.models import Q

from tomoni.core.actor import Actor
from tomoni.engines.query import Condition, Or, QueryError, Text, parse
from tomoni.engines.query.tree import Node
from tomoni.people.models import Department
from tomoni.records import fieldtypes
from tomoni.records.ddl.tables import tables
from tomoni.records.query.compile import condition, node_condition
from tomoni.records.query.errors import BadQuery
from tomoni.records.query.means import Meaning, Person, either, first, whole
from tomoni.records.rights import Granted
from tomoni.records.schema.snapshot import AppSchema
from tomoni.records.schema.spec import RecordRightSpec

NOTHING = Q(pk__in=())
RULED = frozenset({"view", "edit", "delete"})
MERGED = ("in", "=")


def reader(actor: Actor, schema: AppSchema, held: Granted, verb: str = "view") -> Q:
    """The records on which the actor holds `verb`, and which the record rule and the rights on records show."""
    if actor.kind == "system":
        return Q()
    schema = whole(schema)
    if verb in held.verbs:
        found = Q()
    elif verb in held.own and actor.id is not None:
        found = Q(created_by=actor.id)
    else:
        return NOTHING
    if "manage" in held.verbs:
        return found
    if schema.record_rule:
        found &= condition(schema.record_rule, schema, actor)
    if schema.record_rights and verb in RULED:
        ruled = by_rules(Person(actor, schema), verb)
        if ruled is False:
            return NOTHING
        if isinstance(ruled, Q):
            found &= ruled
    return found


@dataclass(frozen=True, slots=True)
class _Run:
    """Rules in a row with the same outcome for this person. No nodes: it holds for every record."""

    nodes: tuple[Node, ...]
    outcome: Meaning
    always: bool = False


def by_rules(person: Person, verb: str) -> Meaning:
    """What the rights on records (レコードの権限) leave to a person: one condition, however many rules there are."""
    cases: list[tuple[Meaning, Meaning]] = []
    positive: list[Q] = []
    try:
        for run in _runs(person, verb):
            holds: Meaning = (
                True
                if run.always
                else node_condition(merged(person.schema, run.nodes), person.schema, person.actor)
            )
            cases.append((holds, run.outcome))
            if run.outcome is not False:
                positive.append(_both(_bound(person, run.nodes) or holds, run.outcome))
            elif run.always:
                decided = first(cases, True)
                # Said once more in a form that an index can serve: one of the rules that let the person in.
                return either(positive) & decided if isinstance(decided, Q) and positive else decided  # type: ignore[operator]
    except QueryError as error:
        raise BadQuery(error) from None
    return first(cases, True)


def _bound(person: Person, nodes: tuple[Node, ...]) -> Q | None:
    """A condition on a multi-value as the records its index names: few when a rule lets in few. None for others."""
    if not nodes:
        return None
    node = merged(person.schema, nodes)
    field = person.schema.by_code.get(node.field) if isinstance(node, Condition) else None
    if field is None or field.table or field.type != "department" or not isinstance(node, Condition):
        return None
    texts = [o.value for o in node.values if isinstance(o, Text) and o.value]
    if node.operator != "in" or len(texts) < len(node.values):
        return None
    numbers = list(Department.objects.filter(code__in=texts).values_list("pk", flat=True))
    numbers += [int(t) for t in texts if t.isascii() and t.isdigit() and len(t) < 19]
    rows = tables(person.schema).link._default_manager.filter(field=field.id, number__in=numbers)
    return Q(pk__in=rows.values("record"))


def _both(holds: Meaning, outcome: Meaning) -> Q:
    parts = [part for part in (holds, outcome) if isinstance(part, Q)]
    return parts[0] & parts[1] if len(parts) == 2 else parts[0] if parts else ~NOTHING


@lru_cache(maxsize=5_000)
def _where(query: str) -> Node | None:
    """The tree of a rule's condition: rules are read at every request and change seldom."""
    return parse(query).where


def _runs(person: Person, verb: str) -> Iterator[_Run]:
    nodes: list[Node] = []
    last: Meaning = False
    for rule in person.schema.record_rights:
        outcome = grants(person, rule, verb)
        where = _where(rule.query)
        if nodes and not (isinstance(outcome, bool) and outcome is last):
            yield _Run(tuple(nodes), last)
            nodes = []
        if where is None:
            if nodes:
                yield _Run(tuple(nodes), last)
            yield _Run((), outcome, always=True)
            return
        nodes.append(where)
        last = outcome
    if nodes:
        yield _Run(tuple(nodes), last)


def grants(person: Person, rule: RecordRightSpec, verb: str) -> Meaning:
    """Whether a rule gives the person the verb: the first grant that means them decides. To change one must see."""
    wanted = {verb, "view"}
    return first(((person.means(g.who), wanted <= set(g.verbs)) for g in rule.grants), False)


def merged(schema: AppSchema, nodes: tuple[Node, ...]) -> Node:
    """One condition for rules that come to the same; `in` on one field is asked once for all of them."""
    values: dict[str, list[Condition]] = {}
    rest: list[Node] = []
    for node in nodes:
        field = schema.by_code.get(node.field) if isinstance(node, Condition) else None
        listed = field is not None and "in" in fieldtypes.get(field.type).operators
        if listed and isinstance(node, Condition) and node.operator in MERGED:
            values.setdefault(node.field, []).append(node)
        else:
            rest.append(node)
    for code, found in values.items():
        if len(found) == 1:
            rest.append(found[0])
            continue
        operands = tuple(dict.fromkeys(o for node in found for o in node.values))
        rest.append(Condition(code, "in", operands, found[0].line, found[0].column))
    return rest[0] if len(rest) == 1 else Or(tuple(rest))
