"""What staff type about a form: settings, question texts, words and letters by state."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tomoni.core import calendar, stale
from tomoni.procedures import models
from tomoni.procedures.questions import Asked, state_of
from tomoni.procedures.words import state_words
from tomoni.records.schema.snapshot import AppSchema
from tomoni.records.schema.spec import FieldSpec

LONG, ENGLISH = 4000, ("title", "intro", "needs", "after")


def _text(label: Any, limit: int = 200, *, required: bool = False, help_text: Any = "") -> forms.CharField:
    return forms.CharField(label=label, max_length=limit, required=required, help_text=help_text)


def _long(label: Any, *, rows: int = 3, help_text: Any = "") -> forms.CharField:
    return forms.CharField(
        label=label,
        max_length=LONG,
        required=False,
        help_text=help_text,
        widget=forms.Textarea(attrs={"rows": rows}),
    )


class DayField(forms.CharField):
    """A day as people write it: 令和8年4月1日 or 2026-04-01; empty is None."""

    def clean(self, value: Any) -> Any:
        """The date."""
        text = super().clean(value)
        if not text:
            return None
        found = calendar.try_parse_date(text)
        if found is None:
            raise forms.ValidationError(
                _("日付は 例: 令和8年4月1日 または 2026-04-01 の形で入力してください。")
            )
        return found


class SettingsForm(forms.Form):
    """A form's settings. `changes()` gives what `update_form` takes."""

    revision = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=2**31)
    title = _text(
        _("題名"),
        100,
        required=True,
        help_text=_("住民の言葉で、何ができるかを書きます。例: 歯科相談を予約する"),
    )
    intro = _long(_("はじめの説明"), rows=4, help_text=_("短い文で、だれが、何を、いくらで、を書きます。"))
    needs = _long(_("用意するもの"))
    minutes = forms.IntegerField(label=_("かかる時間（分）"), min_value=1, max_value=120)
    after = _long(_("申し込んだあとのこと"), help_text=_("受付番号のページとメールに出ます。"))
    days = forms.IntegerField(
        label=_("知らせるまでの日数"),
        min_value=1,
        max_value=365,
        required=False,
        help_text=_("役所の開いている日で数えます。書かないと、いつまでにとは言いません。"),
    )
    contact_section = _text(_("担当の課"), 100, help_text=_("書かないと、自治体の代表が出ます。"))
    contact_telephone = _text(_("担当の電話番号"), 30)
    contact_hours = _text(_("電話に出られる時間"), 200)
    opens_on = DayField(
        label=_("受付の始まりの日"),
        max_length=40,
        required=False,
        help_text=_("この日から。例: 令和8年4月1日"),
    )
    closes_on = DayField(
        label=_("受付の終わりの日"), max_length=40, required=False, help_text=_("この日まで。")
    )
    verify_field = forms.ChoiceField(
        label=_("申し込んだ人の確認に使う項目"),
        required=False,
        help_text=_("生年月日か電話番号。受付番号といっしょに聞いて、状況を見せます。"),
    )
    email_field = forms.ChoiceField(
        label=_("メールを送る項目"),
        required=False,
        help_text=_("受付番号と、状態が変わったことを知らせます。"),
    )
    applicant_actions = forms.MultipleChoiceField(
        label=_("申し込んだ人が自分でできること"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("最初の状態のあいだだけ、状況のページに出ます。"),
    )
    feedback = forms.BooleanField(label=_("「わかりやすかったですか」と聞く"), required=False)
    title_en = _text(_("題名（英語）"), 100)
    intro_en = _long(_("はじめの説明（英語）"))
    needs_en = _long(_("用意するもの（英語）"))
    after_en = _long(_("申し込んだあとのこと（英語）"))

    def __init__(
        self,
        data: Any = None,
        *,
        form: models.Form,
        fields: list[FieldSpec],
        actions: list[str],
        **kwargs: Any,
    ) -> None:
        names = [n for n in self.base_fields if not n.endswith("_en")]
        initial = {n: getattr(form, n) for n in names} | {f"{n}_en": text for n, text in form.en.items()}
        super().__init__(data, initial=initial, **kwargs)
        self.english = dict(form.en)
        nothing = [("", _("選ばない"))]
        dates = [(f.code, f.label) for f in fields if f.type in ("date", "text")]
        texts = [(f.code, f.label) for f in fields if f.type == "text"]
        self.fields["verify_field"].choices = nothing + dates  # type: ignore[attr-defined]
        self.fields["email_field"].choices = nothing + texts  # type: ignore[attr-defined]
        if actions:
            self.fields["applicant_actions"].choices = [(a, a) for a in actions]  # type: ignore[attr-defined]
        else:
            del self.fields["applicant_actions"]

    def clean(self) -> dict[str, Any]:
        """The period must not end before it begins."""
        made = super().clean() or {}
        if made.get("opens_on") and made.get("closes_on") and made["closes_on"] < made["opens_on"]:
            self.add_error("closes_on", _("受付の終わりの日を、始まりの日より後にしてください。"))
        return made

    def changes(self) -> dict[str, Any]:
        """The validated changes."""
        made = dict(self.cleaned_data)
        del made["revision"]
        # What this page does not ask (the words of the states) stays.
        kept = {name: text for name, text in self.english.items() if name not in ENGLISH}
        made["en"] = kept | {name: text for name in ENGLISH if (text := made.pop(f"{name}_en"))}
        return made


class QuestionForm(forms.Form):
    """A question's texts and rule. `changes()` gives what `update_question` takes."""

    opened_on = forms.CharField(widget=forms.HiddenInput, max_length=16, required=False)
    text = _text(_("質問"), required=True, help_text=_("1つのことだけを、短い文で聞きます。"))
    help = _long(_("答え方の説明"), help_text=_("例を1つ書くと、迷いません。"))
    why = _long(_("なぜ聞くのか"), help_text=_("「なぜ聞くのですか」を開くと出ます。"))
    required = forms.ChoiceField(label=_("必須か任意か"), required=False)
    visible_field = forms.ChoiceField(
        label=_("この質問を聞く条件"),
        required=False,
        help_text=_("前の質問の答えによって、聞くかどうかを決められます。"),
    )
    visible_op = forms.ChoiceField(label=_("条件"), choices=models.Question.Op, required=False)
    visible_value = _text(_("くらべる答え"), help_text=_("選択肢の言葉を、そのまま書きます。"))
    text_en = _text(_("質問（英語）"))
    help_en = _long(_("答え方の説明（英語）"))
    why_en = _long(_("なぜ聞くのか（英語）"))
    label_en = _text(_("項目の短い名前（英語）"), 100, help_text=_("確かめる画面に出ます。"))

    def __init__(
        self, data: Any = None, *, asked: Asked, earlier: list[Asked], app_requires: bool, **kwargs: Any
    ) -> None:
        question = asked.question
        names = ("text", "help", "why", "visible_field", "visible_op", "visible_value")
        initial: dict[str, Any] = {n: getattr(question, n) for n in names}
        initial["required"] = {True: "yes", False: "no"}.get(question.required, "")  # type: ignore[arg-type]
        initial["opened_on"] = stale.mark(state_of(question))
        super().__init__(
            data, initial=initial | {f"{n}_en": text for n, text in question.en.items()}, **kwargs
        )
        self.choice_codes = list(asked.field.options.get("choices") or [])
        words = question.en.get("choices") or {}
        for n, choice in enumerate(self.choice_codes):
            self.fields[f"choice_en-{n}"] = _text(_("「%(choice)s」（英語）") % {"choice": choice})
            self.fields[f"choice_en-{n}"].initial = words.get(choice, "")
        as_app = _("アプリの項目と同じ（必須）") if app_requires else _("アプリの項目と同じ（任意）")
        musts = [("", as_app), ("yes", _("この公開フォームでは必須"))]
        # What the app requires cannot be made optional here: the record could not be written.
        if not app_requires:
            musts.append(("no", _("この公開フォームでは任意")))
        self.fields["required"].choices = musts  # type: ignore[attr-defined]
        choices = [("", _("いつも聞く"))] + [(a.field_code, a.question.text) for a in earlier]
        self.fields["visible_field"].choices = choices  # type: ignore[attr-defined]
        if not earlier:
            for name in ("visible_field", "visible_op", "visible_value"):
                del self.fields[name]

    @property
    def english_choices(self) -> list[Any]:
        """The rows for the choices' English words."""
        return [self[f"choice_en-{n}"] for n in range(len(self.choice_codes))]

    def clean(self) -> dict[str, Any]:
        """A comparison needs something to compare with."""
        made = super().clean() or {}
        if (
            made.get("visible_field")
            and made.get("visible_op") != "filled"
            and not made.get("visible_value", "").strip()
        ):
            self.add_error("visible_value", _("くらべる答えを入力してください。"))
        return made

    def changes(self) -> dict[str, Any]:
        """The validated changes."""
        made = {name: value for name, value in self.cleaned_data.items() if name != "opened_on"}
        english: dict[str, Any] = {
            name: text for name in ("text", "help", "why", "label") if (text := made.pop(f"{name}_en"))
        }
        words = {c: text for n, c in enumerate(self.choice_codes) if (text := made.pop(f"choice_en-{n}"))}
        made["en"] = english | ({"choices": words} if words else {})
        made["required"] = {"yes": True, "no": False}.get(made["required"])
        if not made.get("visible_field"):
            made |= {"visible_field": "", "visible_value": ""}
        made["visible_op"] = made.get("visible_op") or models.Question.Op.IS
        return made


class WordsForm(forms.Form):
    """Words of the status page and the letter, for each state of the app's process."""

    revision = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=2**31)

    def __init__(self, data: Any = None, *, form: models.Form, schema: AppSchema, **kwargs: Any) -> None:
        super().__init__(data, initial={"revision": form.revision} | self._saved(form, schema), **kwargs)
        self.states = schema.states
        for n, state in enumerate(schema.states):
            plain = state_words(models.Form(), state.name, state.kind)
            hint = _("書かないと「%(text)s」と出ます。")
            self.fields[f"label-{n}"] = _text(_("今の状況"), help_text=hint % {"text": plain.label})
            self.fields[f"next-{n}"] = _text(_("次にあること"), help_text=hint % {"text": plain.next})
            self.fields[f"title-{n}"] = _text(_("手紙の題名"), help_text=hint % {"text": form.title})
            self.fields[f"body-{n}"] = _long(_("手紙の文"), rows=5)

    @staticmethod
    def _saved(form: models.Form, schema: AppSchema) -> dict[str, Any]:
        made: dict[str, Any] = {}
        for n, state in enumerate(schema.states):
            own, letter = form.status_words.get(state.name) or {}, form.letters.get(state.name) or {}
            letter = letter if isinstance(letter, dict) else {"body": letter}
            made |= {f"label-{n}": own.get("label", ""), f"next-{n}": own.get("next", "")}
            made |= {f"title-{n}": letter.get("title", ""), f"body-{n}": letter.get("body", "")}
        return made

    @property
    def groups(self) -> list[tuple[Any, list[Any]]]:
        """The rows of each state."""
        parts = ("label", "next", "title", "body")
        return [(state, [self[f"{part}-{n}"] for part in parts]) for n, state in enumerate(self.states)]

    def changes(self) -> dict[str, Any]:
        """`status_words` and `letters` by state."""
        letters: dict[str, Any] = {}
        words: dict[str, Any] = {}
        for n, state in enumerate(self.states):
            got = {
                part: self.cleaned_data[f"{part}-{n}"].strip() for part in ("label", "next", "title", "body")
            }
            if got["title"] or got["body"]:
                letters[state.name] = {"title": got["title"], "body": got["body"]}
            if got["label"] or got["next"]:
                words[state.name] = {"label": got["label"], "next": got["next"]}
        return {"letters": letters, "status_words": words}
