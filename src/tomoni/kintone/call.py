"""One call of the API: who asks, with which parameters; and the table of all calls."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from tomoni.core.actor import Actor
from tomoni.core.errors import NotFound
from tomoni.kintone.errors import KintoneError, invalid, wrong
from tomoni.records import facade
from tomoni.records.facade import AppSchema

MISSING: Any = object()


@dataclass(frozen=True, slots=True)
class Caller:
    """Who calls: one person, or several API tokens whose apps add up."""

    actors: tuple[Actor, ...]

    @property
    def first(self) -> Actor:
        """The one who acts where no app is named."""
        return self.actors[0]

    @property
    def by_token(self) -> bool:
        """Whether API tokens were given."""
        return self.first.kind == "token"

    def verbs(self, code: str) -> tuple[Actor, frozenset[str]]:
        """The actor with most verbs in an app, and these verbs."""
        found = [(actor, facade.verbs(actor=actor, app=code)) for actor in self.actors]
        return max(found, key=lambda pair: len(pair[1]))


@dataclass(slots=True)
class Ask:
    """A call with its parameters. `preview`: the settings being prepared, not those in use."""

    caller: Caller
    params: Mapping[str, Any]
    preview: bool = False
    upload: Any = None
    bulk: bool = False
    base_url: str = ""
    state: dict[str, Any] = field(default_factory=dict)

    def get(self, name: str, default: Any = None) -> Any:
        """A parameter; empty texts count as not given."""
        value = self.params.get(name)
        return default if value is None or value == "" else value

    def text(self, name: str, default: Any = MISSING, most: int = 65_535) -> str:
        """A text parameter."""
        value = self.get(name)
        if value is None:
            return str(self._missing(name) if default is MISSING else default)
        if isinstance(value, bool) or not isinstance(value, str | int | float) or len(str(value)) > most:
            raise invalid(**{name: _("文字で指定してください。")})
        return str(value)

    def number(self, name: str, default: Any = MISSING, least: int = 0, most: int = 2**53) -> int:
        """A whole number, also as text."""
        value = self.get(name)
        if value is None:
            return int(self._missing(name) if default is MISSING else default)
        return whole(value, name, least, most)

    def flag(self, name: str, default: bool = False) -> bool:
        """A yes or no, also as the texts true and false."""
        return truth(self.get(name, default), name)

    def items(self, name: str, most: int, required: bool = True) -> list[Any]:
        """A list; one value counts as a list of one."""
        value = self.get(name)
        if value is None:
            return list(self._missing(name)) if required else []
        found = value if isinstance(value, list) else [value]
        if len(found) > most:
            raise invalid(**{name: _("%(most)s個までにしてください。") % {"most": f"{most:,}"}})
        return found

    def mapping(self, name: str, required: bool = True) -> dict[str, Any]:
        """An object."""
        value = self.params.get(name)
        if value is None:
            return dict(self._missing(name)) if required else {}
        if not isinstance(value, dict):
            raise invalid(**{name: _("オブジェクトで指定してください。")})
        return value

    def _missing(self, name: str) -> Any:
        raise invalid(**{name: _("必須です。")})

    def revision(self, value: Any = MISSING, name: str = "revision") -> int | None:
        """A revision to check; -1 and nothing mean that none is checked."""
        given = self.get(name) if value is MISSING else value
        if given is None or given == "":
            return None
        number = whole(given, name, -1)
        return None if number == -1 else number

    def app(self, verb: str = "", name: str = "app", given: Any = None) -> tuple[Actor, AppSchema]:
        """The app that is asked for, and who asks: GAIA_AP01 for an app nobody may know of, CB_NO02 without the verb.

        Without `verb`, any right on the app suffices. An app that was never deployed is there for settings only.
        """
        number = whole(given, name, 1) if given is not None else self.number(name, least=1)
        return self.app_by_id(number, verb)

    def app_by_id(self, number: int, verb: str = "") -> tuple[Actor, AppSchema]:
        """Like `app`, for a number that is known."""
        try:
            code = facade.code_of(app_id=number)
            actor, held = self.caller.verbs(code)
            schema = facade.schema(code=code)
        except NotFound:
            raise KintoneError("GAIA_AP01", 404, id=number) from None
        if not held:
            if self.caller.by_token:
                raise KintoneError("GAIA_NO01", 403)
            raise KintoneError("GAIA_AP01", 404, id=number)
        if not self.preview and schema.settings.get("kintone", {}).get("prelive"):
            raise KintoneError("GAIA_AP01", 404, id=number)
        if verb and verb not in held:
            raise KintoneError("GAIA_NO01" if self.caller.by_token else "CB_NO02", 403)
        # As this person sees it: hidden fields are not there.
        return actor, facade.app(actor=actor, code=code)


def whole(value: Any, place: str, least: int = 0, most: int = 2**53) -> int:
    """A whole number from a number or a text; CB_VA01 at the place otherwise."""
    text = str(value).strip() if isinstance(value, int | str) and not isinstance(value, bool) else ""
    digits = text.removeprefix("-")
    if not (digits.isascii() and digits.isdigit() and len(digits) < 19):
        raise wrong(place, _("整数で指定してください。"))
    number = int(text)
    if number < least:
        raise wrong(place, _("%(least)s以上の値を指定してください。") % {"least": least})
    if number > most:
        raise wrong(place, _("%(most)s以下の値を指定してください。") % {"most": most})
    return number


def truth(value: Any, place: str) -> bool:
    """A yes or no from a boolean or the texts true and false."""
    if isinstance(value, bool):
        return value
    if isinstance(value, str) and value.lower() in ("true", "false"):
        return value.lower() == "true"
    raise wrong(place, _("true か false を指定してください。"))


Handler = Callable[[Ask], Any]


@dataclass(frozen=True, slots=True)
class Route:
    """How a call is answered. `bulk`: it may stand in a bulkRequest; `reads`: it writes nothing."""

    handler: Handler
    reads: bool
    bulk: bool
    atomic: bool = True


ROUTES: dict[tuple[str, str], Route] = {}


def call(method: str, *names: str, bulk: bool = False, atomic: bool = True) -> Callable[[Handler], Handler]:
    """Register a function for a method and paths such as `record` or `preview/app/form/fields`."""

    def wrap(function: Handler) -> Handler:
        for name in names:
            ROUTES[(name, method)] = Route(function, method == "GET", bulk, atomic)
        return function

    return wrap


def both(name: str) -> tuple[str, str]:
    """The path of settings in use and of those being prepared."""
    return name, f"preview/{name}"
