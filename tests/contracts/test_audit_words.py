"""Everything that is written into the audit chain has words, and no words lie about unused."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from django.utils import translation

from tomoni.core.audit.words import words

ROOT = Path(__file__).parents[2] / "src" / "tomoni"
# Functions that pass a verb on to `audit.record`: file → (function, place of the verb, what stands before it).
CARRIERS = {
    "records/actions/_publish.py": ("publish", 2, ""),
    "records/actions/_trace.py": ("note", 1, ""),
    "records/actions/change_slot.py": ("_note", 1, ""),
    "records/keeping/actions/dispose.py": ("_note", 1, ""),
    "people/signals.py": ("_note", 1, ""),
    "people/actions/departments.py": ("_begin", 1, ""),
    "procedures/actions/edit_questions.py": ("_done", 2, "procedures."),
    "challenges/actions/run_ending.py": ("_announce", 2, "challenge."),
    "challenges/actions/write_challenge.py": ("_announce", 2, "challenge."),
}


def sources() -> Iterator[tuple[str, ast.Module]]:
    for path in sorted(ROOT.rglob("*.py")):
        if "migrations" not in path.parts:
            yield path.relative_to(ROOT).as_posix(), ast.parse(path.read_text(encoding="utf-8"))


def called(node: ast.Call) -> str:
    return node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")


def is_audit(node: ast.Call) -> bool:
    function = node.func
    return (
        isinstance(function, ast.Attribute)
        and function.attr in ("record", "record_bulk")
        and isinstance(function.value, ast.Name)
        and function.value.id == "audit"
    )


def texts(node: ast.expr | None, module: ast.Module) -> set[str]:
    """The strings that an expression can be: a constant, one of two, or a name given one of these in the module."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return {node.value}
    if isinstance(node, ast.IfExp):
        return texts(node.body, module) | texts(node.orelse, module)
    if isinstance(node, ast.Name):
        given = [
            a.value
            for a in ast.walk(module)
            if isinstance(a, ast.Assign)
            and any(isinstance(t, ast.Name) and t.id == node.id for t in a.targets)
        ]
        return {text for value in given for text in texts(value, module)}
    return set()


def written() -> tuple[set[str], list[str]]:
    """(verbs that the code writes, places whose verb cannot be read from the code)."""
    verbs: set[str] = set()
    unknown: list[str] = []
    for name, module in sources():
        carrier = CARRIERS.get(name)
        for node in ast.walk(module):
            if not isinstance(node, ast.Call):
                continue
            if is_audit(node):
                verb = next((k.value for k in node.keywords if k.arg == "verb"), None)
                found = texts(verb, module)
                if not found and carrier is None:
                    unknown.append(f"{name}:{node.lineno}")
                verbs |= found
            for place, (function, position, before) in CARRIERS.items():
                near = place == name or (not function.startswith("_") and name.startswith("records/"))
                if near and called(node) == function and len(node.args) > position:
                    found = texts(node.args[position], module)
                    if not found:
                        unknown.append(f"{name}:{node.lineno}")
                    verbs |= {before + text for text in found}
    return verbs, unknown


def test_every_verb_has_words():
    verbs, unknown = written()
    assert unknown == [], "name the function in CARRIERS, or write the verb as a constant"
    assert len(verbs) > 80
    assert sorted(verbs - set(words())) == [], "add them to VERBS in the room's verbs.py"
    assert sorted(set(words()) - verbs) == [], "nothing writes these any more"


def test_words_are_one_of_a_kind_in_both_languages():
    for language in ("ja", "en"):
        with translation.override(language):
            said = [str(label) for label in words().values()]
            assert all(said)
            assert len(said) == len(set(said)), language


def imports(name: str, module: ast.Module) -> set[str]:
    """The files of the same room that a file imports, itself included."""
    room = name.partition("/")[0]
    found = {name}
    for node in ast.walk(module):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith(f"tomoni.{room}"):
            place = str(node.module).removeprefix("tomoni.").replace(".", "/")
            found |= {f"{place}.py", *(f"{place}/{alias.name}.py" for alias in node.names)}
    return found


def test_every_action_notes_what_it_did():
    """An action's own file, or a file of its room that it imports, writes an entry; the rest is named here."""
    silent = {
        "core/actions/read_notices.py",  # one's own notices
        "records/duty/actions/escalate.py",  # the system's notices to staff
        "records/saved/actions/keep_view.py",  # one's own
        "records/talk/actions/remind.py",  # the system's notices to staff
        "records/talk/actions/send_digest.py",
        "records/talk/actions/set_preference.py",  # one's own
        "records/worktime/actions/forget.py",  # nobody's hours are kept by name
        "records/worktime/actions/note_mark.py",
        "records/worktime/actions/tap.py",
    }
    through = {  # what they call notes it: core.files, or another action
        "kintone/actions.py",  # an upload: core.files; else a reader's own cursors, gone in minutes
        "procedures/actions/attach_files.py",
        "procedures/actions/store_for_entry.py",
        "records/actions/copy_app.py",
        "records/actions/resync_lookup.py",  # compute.syncing, record by record
        "records/actions/return_record.py",  # run_action.move
        "records/actions/store_upload.py",
    }
    modules = dict(sources())
    noting = {
        name
        for name, module in modules.items()
        if any(isinstance(node, ast.Call) and is_audit(node) for node in ast.walk(module))
    }
    declaring = {
        name
        for name, module in modules.items()
        for node in ast.walk(module)
        if isinstance(node, ast.FunctionDef)
        and any(isinstance(d, ast.Call) and called(d) == "action" for d in node.decorator_list)
    }
    assert len(declaring) > 50
    quiet = {name for name in declaring if not imports(name, modules[name]) & noting}
    assert quiet == silent | through
