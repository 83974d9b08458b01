"""Edits of a definition's form (項目と配置): pure functions from one `AppSpec` to the next.

A piece is named by a key: `f:<code>` a field or a column of a table, `p:<path>` anything by its place in the layout
(`p:2.0`). Whatever is done, every field stays placed exactly once and the fields follow the order of the layout.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import Literal

from tomoni.records.schema.spec import AppSpec, FieldSpec, ItemKind, LayoutItem

Step = Literal["up", "down", "left", "right", "beside", "alone"]
Where = Literal["before", "after", "left", "right", "inside"]
STEPS: tuple[Step, ...] = ("up", "down", "left", "right", "beside", "alone")
PLACES: tuple[Where, ...] = ("before", "after", "left", "right", "inside")
MOST_IN_ROW = 6
LEAVES = ("field", "label", "spacer", "line")


@dataclass(slots=True, eq=False)
class _Node:
    """A piece while the tree is being changed; equal only to itself."""

    item: LayoutItem
    parent: _Node | None = None
    items: list[_Node] = field(default_factory=list)

    def add(self, node: _Node, at: int | None = None) -> None:
        node.parent = self
        self.items.insert(len(self.items) if at is None else at, node)

    def take(self) -> None:
        if self.parent is not None:
            self.parent.items.remove(self)
            self.parent = None

    @property
    def place(self) -> int:
        return self.parent.items.index(self) if self.parent else 0

    @property
    def kind(self) -> ItemKind:
        return self.item.kind

    def frozen(self) -> LayoutItem:
        return replace(self.item, items=tuple(n.frozen() for n in self.items))

    def walk(self) -> Iterator[_Node]:
        yield self
        for node in self.items:
            yield from node.walk()


def row(*items: LayoutItem) -> LayoutItem:
    """A row of pieces side by side."""
    return LayoutItem("row", items=items)


def item_of(spec: FieldSpec) -> LayoutItem:
    """Where a field stands by itself: a row, a table as a whole."""
    return LayoutItem("table", spec.code) if spec.type == "table" else row(LayoutItem("field", spec.code))


def complete(fields: Iterable[FieldSpec], layout: Iterable[LayoutItem]) -> tuple[LayoutItem, ...]:
    """The layout with every field exactly once: what is unknown goes, what is missing comes at the end."""
    left = {f.code: f for f in fields}

    def tidy(items: Iterable[LayoutItem], inside: bool) -> Iterator[LayoutItem]:
        for item in items:
            if item.kind in ("field", "table"):
                found = left.pop(item.code, None)
                if found is not None:
                    table = found.type == "table"
                    made = replace(item, kind="table" if table else "field", items=(), label="")
                    yield made if table else row(made)
            elif item.kind == "group":
                yield item if inside else replace(item, items=tuple(tidy(item.items, True)))
            elif item.kind == "row":
                yield from _tidy_row(item, left)
            else:
                yield row(replace(item, items=()))

    made = list(tidy(layout, False))
    return (*made, *(item_of(f) for f in left.values()))


def _tidy_row(item: LayoutItem, left: dict[str, FieldSpec]) -> Iterator[LayoutItem]:
    leaves: list[LayoutItem] = []
    tables: list[LayoutItem] = []
    for leaf in item.items:
        if leaf.kind == "field":
            found = left.pop(leaf.code, None)
            if found is None:
                continue
            if found.type == "table":
                tables.append(LayoutItem("table", leaf.code))
                continue
        if leaf.kind in LEAVES:
            leaves.append(replace(leaf, items=()))
    if leaves:
        yield replace(item, items=tuple(leaves))
    yield from tables


def arranged(spec: AppSpec) -> AppSpec:
    """The definition with a whole layout and its fields in the layout's order: what the builder works on."""
    layout = complete(spec.fields, spec.layout)
    by_code = {f.code: f for f in spec.fields}
    return replace(spec, layout=layout, fields=tuple(by_code[c] for c in placed(layout)))


def settled(spec: AppSpec) -> AppSpec:
    """The definition as it is stored: a layout that only repeats the order of the fields is left out."""
    made = arranged(spec)
    plain = tuple(item_of(f) for f in made.fields)
    return replace(made, layout=()) if made.layout == plain else made


def placed(items: Iterable[LayoutItem]) -> Iterator[str]:
    """The codes of the fields that a layout places, in reading order."""
    for item in items:
        if item.kind in ("field", "table"):
            yield item.code
        yield from placed(item.items)


def without(items: Iterable[LayoutItem], code: str) -> tuple[LayoutItem, ...]:
    """A layout without the place of a field, and without the row that it leaves empty."""
    kept = (replace(i, items=without(i.items, code)) for i in items if i.code != code)
    return tuple(i for i in kept if i.items or i.kind != "row")


def codes(spec: AppSpec) -> set[str]:
    """Every code that is taken, columns of tables included."""
    return {f.code for f in spec.fields} | {c.code for f in spec.fields for c in f.fields}


def field_of(spec: AppSpec, code: str) -> FieldSpec | None:
    """The field or column with this code."""
    every = (*spec.fields, *(replace(c, table=f.code) for f in spec.fields for c in f.fields))
    return next((f for f in every if f.code == code), None)


def item_at(spec: AppSpec, key: str) -> LayoutItem | None:
    """The piece of the layout that a key names; None for a column and for what is not there."""
    node = _find(_tree(arranged(spec)), key)
    return node.frozen() if node else None


def path_of(spec: AppSpec, key: str) -> str:
    """The key by path of a piece; empty when it is not there."""
    node = _find(_tree(arranged(spec)), key)
    parts: list[str] = []
    while node is not None and node.parent is not None:
        parts.append(str(node.place))
        node = node.parent
    return f"p:{'.'.join(reversed(parts))}" if parts else ""


def add_field(spec: AppSpec, made: FieldSpec, near: str = "", where: Where = "after") -> AppSpec:
    """A new field beside the piece `near` (at the end when there is none). Its code must be free."""
    if made.code in codes(spec):
        return spec
    grown = replace(spec, fields=(*spec.fields, made), layout=complete(spec.fields, spec.layout))
    if near.startswith("f:") and (found := field_of(spec, near[2:])) and found.table:
        near = f"f:{found.table}"
    return place(grown, f"f:{made.code}", near, where) if near else arranged(grown)


def add_item(spec: AppSpec, item: LayoutItem, near: str = "", where: Where = "after") -> AppSpec:
    """A label, line, spacer or group beside the piece `near` (at the end when there is none)."""
    root = _tree(arranged(spec))
    target = _find(root, near)
    node = _Node(item)
    if item.kind != "group":
        node, leaf = _Node(LayoutItem("row")), node
        node.add(leaf)
    root.add(node)
    if target is not None:
        _put(node if item.kind == "group" else node.items[0], target, where)
    return _grown(spec, root)


def set_item(spec: AppSpec, key: str, change: Callable[[LayoutItem], LayoutItem]) -> AppSpec:
    """Change words, width or openness of a piece; its kind, code and contents stay."""
    root = _tree(arranged(spec))
    node = _find(root, key)
    if node is not None:
        made = change(replace(node.item, items=()))
        node.item = replace(made, kind=node.item.kind, code=node.item.code, items=())
    return _grown(spec, root)


def move(spec: AppSpec, key: str, step: Step) -> AppSpec:
    """One step with a button or key. At the end of its way a piece stays where it is."""
    root = _tree(arranged(spec))
    node = _find(root, key)
    if node is None:
        return _move_column(spec, key, step)
    if step in ("left", "right"):
        _sideways(node, -1 if step == "left" else 1)
    elif step == "beside":
        _beside(node)
    elif step == "alone":
        _alone(node, 1)
    else:
        _vertical(node, -1 if step == "up" else 1)
    return _grown(spec, root)


def place(spec: AppSpec, key: str, target: str, where: Where) -> AppSpec:
    """Put a piece where it was dropped: before or after another's row, left or right of it, inside a group."""
    root = _tree(arranged(spec))
    node, goal = _find(root, key), _find(root, target)
    if node is not None and goal is not None and all(goal is not n for n in node.walk()):
        _put(node, goal, where)
    return _grown(spec, root)


def remove(spec: AppSpec, key: str) -> AppSpec:
    """Take a piece off. A field leaves the columns of views and the rights on fields; a group leaves its contents behind."""
    if key.startswith("f:"):
        return _remove_field(spec, key[2:])
    root = _tree(arranged(spec))
    node = _find(root, key)
    if node is None or node is root:
        return spec
    if node.kind in ("field", "table"):
        return _remove_field(spec, node.item.code)
    at, parent = node.place, node.parent
    assert parent is not None
    if node.kind == "group":
        for child in list(node.items):
            child.take()
            parent.add(child, at)
            at += 1
    elif node.kind == "row":
        return spec
    node.take()
    return _grown(spec, root)


def _remove_field(spec: AppSpec, code: str) -> AppSpec:
    kept = tuple(
        replace(f, fields=tuple(c for c in f.fields if c.code != code)) for f in spec.fields if f.code != code
    )
    views = tuple(replace(v, columns=tuple(c for c in v.columns if c != code)) for v in spec.views)
    rights = tuple(r for r in spec.field_rights if r.code != code)
    title = "" if spec.title_field == code else spec.title_field
    return arranged(replace(spec, fields=kept, views=views, field_rights=rights, title_field=title))


def set_field(spec: AppSpec, code: str, made: FieldSpec) -> AppSpec:
    """Replace a field or column; a changed code is followed by the layout, views and rights on fields."""
    new = made.code
    if new != code and new in codes(spec):
        return spec
    clean = replace(made, table="", table_id=None)
    fields = tuple(
        clean
        if f.code == code
        else replace(f, fields=tuple(clean if c.code == code else c for c in f.fields))
        for f in spec.fields
    )

    def renamed(text: str) -> str:
        return new if text == code else text

    return arranged(
        replace(
            spec,
            fields=fields,
            layout=tuple(_renamed(i, code, new) for i in spec.layout),
            views=tuple(
                replace(v, columns=tuple(map(renamed, v.columns)), date_field=renamed(v.date_field))
                for v in spec.views
            ),
            field_rights=tuple(replace(r, code=renamed(r.code)) for r in spec.field_rights),
            title_field=renamed(spec.title_field),
        )
    )


def _renamed(item: LayoutItem, old: str, new: str) -> LayoutItem:
    items = tuple(_renamed(i, old, new) for i in item.items)
    return replace(item, code=new if item.code == old else item.code, items=items)


def add_column(spec: AppSpec, table: str, made: FieldSpec) -> AppSpec:
    """A new column at the end of a table."""
    if made.code in codes(spec):
        return spec
    return arranged(
        replace(
            spec,
            fields=tuple(replace(f, fields=(*f.fields, made)) if f.code == table else f for f in spec.fields),
        )
    )


def _move_column(spec: AppSpec, key: str, step: Step) -> AppSpec:
    code = key[2:] if key.startswith("f:") else ""
    shift = {"up": -1, "left": -1, "down": 1, "right": 1}.get(step, 0)
    fields = []
    for spec_field in spec.fields:
        columns = list(spec_field.fields)
        at = next((i for i, c in enumerate(columns) if c.code == code), None)
        if at is not None and 0 <= at + shift < len(columns):
            columns.insert(at + shift, columns.pop(at))
        fields.append(replace(spec_field, fields=tuple(columns)))
    return arranged(replace(spec, fields=tuple(fields)))


def _tree(spec: AppSpec) -> _Node:
    root = _Node(LayoutItem("group"))

    def grow(parent: _Node, items: Iterable[LayoutItem]) -> None:
        for item in items:
            node = _Node(replace(item, items=()))
            parent.add(node)
            grow(node, item.items)

    grow(root, spec.layout)
    return root


def _grown(spec: AppSpec, root: _Node) -> AppSpec:
    return arranged(replace(spec, layout=root.frozen().items))


def _find(root: _Node, key: str) -> _Node | None:
    kind, _sep, name = key.partition(":")
    if kind == "f":
        return next((n for n in root.walk() if n.kind in ("field", "table") and n.item.code == name), None)
    if kind != "p":
        return None
    node = root
    for part in name.split("."):
        if not (part.isascii() and part.isdigit() and len(part) < 5 and int(part) < len(node.items)):
            return None
        node = node.items[int(part)]
    return node


def _block(node: _Node) -> _Node:
    """What moves up and down: the row of a piece, or the group or table itself."""
    return node.parent if node.kind in LEAVES and node.parent is not None else node


def _sideways(node: _Node, shift: int) -> None:
    if node.kind not in LEAVES or node.parent is None:
        return
    at, parent = node.place, node.parent
    if 0 <= at + shift < len(parent.items):
        node.take()
        parent.add(node, at + shift)


def _alone(node: _Node, shift: int) -> bool:
    """Out of a shared row into one of its own, below (1) or above (-1). Whether there was a shared row."""
    old = node.parent
    if node.kind not in LEAVES or old is None or len(old.items) < 2 or old.parent is None:
        return False
    made = _Node(LayoutItem("row"))
    old.parent.add(made, old.place + (1 if shift > 0 else 0))
    node.take()
    made.add(node)
    return True


def _beside(node: _Node) -> None:
    block = _block(node)
    if node.kind not in LEAVES or block.parent is None or block.place == 0:
        return
    former = block.parent.items[block.place - 1]
    if former.kind == "row" and len(former.items) < MOST_IN_ROW:
        node.take()
        former.add(node)


def _vertical(node: _Node, shift: int) -> None:
    if _alone(node, shift):
        return
    block = _block(node)
    parent = block.parent
    if parent is None:
        return
    at = block.place + shift
    if not 0 <= at < len(parent.items):
        if parent.parent is not None:  # out of the group
            outside, spot = parent.parent, parent.place + (1 if shift > 0 else 0)
            block.take()
            outside.add(block, spot)
        return
    other = parent.items[at]
    block.take()
    if other.kind == "group" and block.kind != "group":
        other.add(block, 0 if shift > 0 else None)
    else:
        parent.add(block, at)


def _put(node: _Node, goal: _Node, where: Where) -> None:
    beside = where in ("left", "right") and node.kind in LEAVES and goal.kind in LEAVES
    if (
        beside
        and goal.parent is not None
        and (goal.parent is node.parent or len(goal.parent.items) < MOST_IN_ROW)
    ):
        node.take()
        goal.parent.add(node, goal.place + (1 if where == "right" else 0))
        return
    block = node
    if node.kind in LEAVES:
        if node.parent is None or len(node.parent.items) > 1:
            node.take()
            block = _Node(LayoutItem("row"))
            block.add(node)
        else:
            block = node.parent
    if where == "inside" and goal.kind == "group" and block.kind != "group":
        block.take()
        goal.add(block)
        return
    base = _block(goal)
    if block.kind == "group":
        while base.parent is not None and base.parent.parent is not None:
            base = base.parent
    if base is block or base.parent is None:
        if block.parent is None and base.parent is not None:
            base.parent.add(block)
        return
    block.take()
    base.parent.add(block, base.place + (0 if where in ("before", "left") else 1))
