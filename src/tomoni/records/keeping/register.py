"""個人情報ファイル簿, drafted from the tags of the fields: the lines that 個人情報の保護に関する法律 第75条 asks for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _

from tomoni.core.town import town
from tomoni.people import facade as people
from tomoni.records.schema.snapshot import AppSchema
from tomoni.records.schema.spec import FieldSpec


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the register: what it asks, the draft made from the app, and what somebody wrote instead."""

    key: str
    label: str
    draft: str
    written: str = ""
    asked: bool = False

    @property
    def text(self) -> str:
        """What stands in the register."""
        return self.written or self.draft


def tagged(schema: AppSchema) -> list[FieldSpec]:
    """The fields that hold personal data, columns of tables too."""
    every = [f for spec in schema.fields for f in (spec, *spec.fields)]
    return [f for f in every if f.personal != "none"]


def lines(schema: AppSchema, written: Mapping[str, str]) -> list[Line]:
    """The register of an app, in the order of the law's form. `asked`: only people can know, and nobody wrote it yet."""
    place = people.department_by_code(schema.department_code) if schema.department_code else None
    section = place.name if place else ""
    fields = tagged(schema)
    home = town()
    drafts = [
        ("name", _("個人情報ファイルの名称"), _("%(name)sファイル") % {"name": schema.name}),
        ("agency", _("行政機関等の名称"), home.name),
        ("section", _("利用に供される事務をつかさどる組織の名称"), section),
        ("purpose", _("個人情報ファイルの利用目的"), _purposes(schema, fields)),
        ("items", _("記録項目"), "、".join(f"{n}{f.label}" for n, f in enumerate(fields, start=1))),
        ("scope", _("記録範囲（本人として記録される人）"), ""),
        ("collection", _("記録情報の収集方法"), _collection(schema)),
        ("sensitive", _("要配慮個人情報が含まれるときは、その旨"), _sensitive(fields)),
        ("recipients", _("記録情報の経常的提供先"), ""),
        ("requests", _("開示請求等を受理する組織の名称及び所在地"), home.contact_section or section),
        ("procedures", _("訂正及び利用停止について、他の法令の規定による特別の手続"), ""),
        ("kind", _("個人情報ファイルの種別"), _("法第60条第2項第1号（電算処理ファイル）")),
        ("manual", _("令第21条第7項に該当するファイルの有無"), ""),
        ("proposal", _("行政機関等匿名加工情報の提案の募集をする個人情報ファイルである旨"), ""),
        ("retention", _("保存期間"), _retention(schema, fields)),
        ("remarks", _("備考"), ""),
    ]
    return [
        Line(key, label, draft, written.get(key, ""), not draft and key != "remarks" and not written.get(key))
        for key, label, draft in drafts
    ]


def _purposes(schema: AppSchema, fields: list[FieldSpec]) -> str:
    named = list(dict.fromkeys(f.purpose for f in fields if f.purpose))
    return "、".join(named) or schema.description


def _collection(schema: AppSchema) -> str:
    form = any(r.who == "form" or r.who.startswith("form:") for r in schema.rights)
    return _("本人からの申請（オンラインの申請フォーム、窓口、電話）") if form else ""


def _sensitive(fields: list[FieldSpec]) -> str:
    labels = [f.label for f in fields if f.personal == "sensitive"]
    return _("含む（%(items)s）") % {"items": "、".join(labels)} if labels else _("含まない")


def _retention(schema: AppSchema, fields: list[FieldSpec]) -> str:
    if schema.retention.years is not None:
        words = _("完結した年度の翌年度の4月1日から%(n)s年") % {"n": schema.retention.years}
        return f"{words}（{schema.retention.basis}）" if schema.retention.basis else words
    years = {f.retention_years for f in fields if f.retention_years}
    return _("%(n)s年（項目の設定による）") % {"n": max(years)} if years else ""
