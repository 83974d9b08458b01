"""Every column of our tables says whether it is personal data, what for and how long; apps' fields say it themselves."""

from __future__ import annotations

from django.apps import apps

from tomoni.core import personal_register as register

# Tables without people: kinds of rows and of rights, which the framework fills itself.
FRAMEWORK = {"auth.Permission", "auth.Group", "auth.Group_permissions", "contenttypes.ContentType"}
HINT = "say it in <room>/personal.py"


def test_every_column_is_judged():
    gaps = [f"{t.model}.{t.field}" for t in register.tags() if t.level not in register.LEVELS]
    assert not gaps, f"{HINT}: {gaps}"


def test_every_model_has_a_purpose_and_a_retention():
    gaps = sorted({t.model for t in register.tags() if not (t.purpose and t.retention)})
    assert not gaps, f"{HINT}: {gaps}"


def test_no_installed_table_is_forgotten():
    installed = {m._meta.label for m in apps.get_models(include_auto_created=True)}
    known = set(register.registered())
    assert installed - known == FRAMEWORK & installed
    assert known <= installed, f"no such model: {known - installed}"


def test_the_register_names_only_columns_that_exist_and_each_once():
    wrong = []
    for label, data in register.registered().items():
        columns = [f.name for f in apps.get_model(label)._meta.concrete_fields]
        named = [name for level in register.LEVELS for name in getattr(data, level).split()]
        wrong += [f"{label}.{n}" for n in named if n not in columns or named.count(n) > 1]
    assert not wrong, wrong


def test_a_new_text_without_a_word_is_noticed():
    """The check itself can fail: a text nobody judged has no level, a person is recognised, a date is harmless."""
    from tomoni.people.models import Membership, User

    nothing = register.Data("p", "r")
    levels = {
        f.name: register.level_of(f, nothing) for m in (User, Membership) for f in m._meta.concrete_fields
    }
    assert levels["display_name"] == ""
    assert levels["user"] == "personal"
    assert levels["valid_from"] == "none"
