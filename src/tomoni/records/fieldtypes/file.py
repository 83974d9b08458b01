"""Attachments (添付ファイル): ids of stored files."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from tomoni.core.models import StoredFile
from tomoni.records.fieldtypes.base import EMPTY, LIKE, Context, FieldType, Names, Unclean
from tomoni.records.fieldtypes.user import ids_of, tokens
from tomoni.records.schema.spec import FieldSpec

# What field settings may say, and the kinds that the core finds in a file's content.
WIDER: dict[str, frozenset[str]] = {
    "office": frozenset({"sheet", "document", "slides"}),
    "csv": frozenset({"text"}),
    "xlsx": frozenset({"sheet"}),
    "zip": frozenset({"archive"}),
}


def allowed_kinds(field: FieldSpec) -> frozenset[str] | None:
    """The kinds of file that the field takes; None for any."""
    named = frozenset(field.options.get("kinds") or ())
    if not named or "any" in named:
        return None
    return named.union(*(WIDER.get(k, frozenset()) for k in named))


class File(FieldType):
    """Stored files. Only one's own upload, or a file already in this record, can be attached."""

    name = "file"
    label = _("添付ファイル")
    kintone = "FILE"
    operators = LIKE | EMPTY
    storage = "links"
    sortable = False
    option_names = frozenset({"max_count", "kinds"})

    def check_options(self, options: Mapping[str, Any]) -> dict[str, Any]:
        """`max_count` 1–100, `kinds`."""
        made = super().check_options(options)
        count = made.get("max_count", 10)
        if isinstance(count, bool) or not isinstance(count, int) or not 1 <= count <= 100:
            raise Unclean(_("ファイルの数は1から100までにしてください。"))
        kinds = made.get("kinds", [])
        if not isinstance(kinds, list | tuple) or not all(isinstance(k, str) for k in kinds):
            raise Unclean(_("ファイルの種類を選んでください。"))
        return {**made, "max_count": count, "kinds": list(kinds)}

    @property
    def empty(self) -> Any:
        """No file."""
        return []

    def prefetch(self, context: Context, field: FieldSpec, raws: Iterable[Any]) -> None:
        """One query for all files named."""
        ids: set[int] = set()
        for raw in raws:
            try:
                ids.update(ids_of(tokens(raw)))
            except Unclean:
                continue
        ids -= context.files.keys()
        if ids:
            context.files.update(dict.fromkeys(ids))
            context.files.update(StoredFile.objects.in_bulk(list(ids)))

    def clean(self, raw: Any, field: FieldSpec, context: Context) -> list[int]:
        """Files that may be attached by this person, each once."""
        texts = tokens(raw)
        ids = list(dict.fromkeys(ids_of(texts)))
        if len(ids_of(texts)) != len(texts):
            raise Unclean(_("ファイルを選び直してください。"))
        if len(ids) > field.options.get("max_count", 10):
            raise Unclean(
                _("ファイルは%(count)s個までです。") % {"count": field.options.get("max_count", 10)}
            )
        self.prefetch(context, field, [texts])
        kinds = allowed_kinds(field)
        for pk in ids:
            stored = context.files.get(pk)
            if stored is None or not self._mine(stored, context):
                raise Unclean(_("ファイルを選び直してください。"))
            if kinds is not None and stored.kind not in kinds and pk not in context.own_files:
                raise Unclean(_("この種類のファイルは添付できません。"))
        return ids

    def _mine(self, stored: Any, context: Context) -> bool:
        return (
            context.actor.kind == "system"
            or stored.pk in context.own_files
            or stored.created_by == context.actor.ref
        )

    def to_links(self, value: Any) -> list[tuple[int | None, str | None]]:
        """One row a file."""
        return [(number, None) for number in value]

    def display(self, value: Any, field: FieldSpec, names: Names) -> str:
        """File names joined with 、."""
        return "、".join(names.files.get(n, str(n)) for n in value or ())
