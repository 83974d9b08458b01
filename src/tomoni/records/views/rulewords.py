"""Conditions in words, and ready-made conditions to choose from: so that nobody needs the query language for a rule."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from tomoni.engines.query import QueryError, parse
from tomoni.engines.query.tree import And, Call, Condition, Or
from tomoni.records.schema.snapshot import AppSchema
from tomoni.records.views.conditions import quoted

MOST_CHOICES = 12


def words(app: AppSchema, query: str) -> str:
    """A condition as a sentence; what cannot be read stays as it is."""
    if not query.strip():
        return _("すべての記録")
    try:
        read = parse(query)
    except QueryError:
        return query
    return _node(app, read.where) if read.where is not None else _("すべての記録")


def _node(app: AppSchema, node: Any) -> str:
    if isinstance(node, And | Or):
        joint = _("、かつ") if isinstance(node, And) else _("、または")
        return joint.join(_node(app, part) for part in node.parts)
    return _condition(app, node)


def _condition(app: AppSchema, node: Condition) -> str:
    field = app.by_code.get(node.field)
    label = field.label if field else node.field
    value = "、".join(_value(o) for o in node.values)
    texts = {
        "=": _("「%(field)s」が%(value)s"), "in": _("「%(field)s」が%(value)s"),
        "!=": _("「%(field)s」が%(value)sでない"), "not in": _("「%(field)s」が%(value)sでない"),
        "<": _("「%(field)s」が%(value)sより小さい"), ">": _("「%(field)s」が%(value)sより大きい"),
        "<=": _("「%(field)s」が%(value)s以下"), ">=": _("「%(field)s」が%(value)s以上"),
        "like": _("「%(field)s」が%(value)sを含む"), "not like": _("「%(field)s」が%(value)sを含まない"),
        "is empty": _("「%(field)s」が空"), "is not empty": _("「%(field)s」が空でない"),
    }  # fmt: skip
    return texts[node.operator] % {"field": label, "value": value}


def _value(operand: Any) -> str:
    if isinstance(operand, Call):
        names = {
            "LOGINUSER": _("自分"),
            "PRIMARY_ORGANIZATION": _("自分の課"),
            "TODAY": _("今日"),
            "NOW": _("いま"),
        }
        return names.get(operand.name, f"{operand.name}({', '.join(operand.args)})")
    text = operand.value if hasattr(operand, "value") else operand.text
    return f"「{text}」" if text else _("（空）")


def ready_made(app: AppSchema) -> list[tuple[str, str]]:
    """Conditions that rules often need: query and words."""
    found = [""]
    found += [f"ステータス in ({quoted(s.name)})" for s in app.states]
    for field in app.fields:
        if field.type in ("choice", "radio", "category"):
            for choice in list(field.options.get("choices", ()))[:MOST_CHOICES]:
                if isinstance(choice, str):
                    found.append(f"{field.code} in ({quoted(choice)})")
        elif field.type == "user":
            found += [f"{field.code} in (LOGINUSER())", f"{field.code} not in (LOGINUSER())"]
        elif field.type == "department":
            found += [f"{field.code} in (PRIMARY_ORGANIZATION())", f"{field.code} is empty"]
    found += ["作成者 in (LOGINUSER())", "作成者 not in (LOGINUSER())"]
    return [(query, words(app, query)) for query in found]
