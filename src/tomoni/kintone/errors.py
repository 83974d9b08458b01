"""kintone's errors: a code for programs, a status, a sentence for people, and the places of wrong input."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from django.utils.translation import gettext_lazy as _

from tomoni.core.context import request_id
from tomoni.core.errors import Conflict, Forbidden, Invalid, NotFound, TomoniError
from tomoni.records.facade import BadQuery

MESSAGES: dict[str, Any] = {
    "CB_VA01": _("入力内容が正しくありません。"),
    "CB_IJ01": _("JSONとして読めません。"),
    "CB_IL02": _("リクエストが正しくありません。"),
    "CB_AU01": _("サインインしてください。"),
    "CB_WA01": _("ログイン名またはパスワードが正しくありません。"),
    "CB_WA02": _("この環境では、パスワードでのAPIの利用は止められています。APIトークンを使ってください。"),
    "CB_TW02": _("2段階認証を使うアカウントは、パスワードでAPIを使えません。APIトークンを使ってください。"),
    "CB_NO02": _("権限がありません。"),
    "CB_CS01": _("CSRFトークンが正しくありません。画面を開き直してください。"),
    "CB_SV01": _("サーバーで問題が起きました。しばらく待ってからもう一度お試しください。"),
    "GAIA_IA02": _("APIトークンが正しくないか、期限が切れています。"),
    "GAIA_NO01": _("このAPIトークンでは、このAPIを使えません。"),
    "GAIA_AP01": _("指定したアプリ（id: %(id)s）が見つかりません。"),
    "GAIA_RE01": _("指定したレコード（id: %(id)s）が見つかりません。"),
    "GAIA_RE20": _("キーの値に当たるレコードが見つかりません: %(id)s"),
    "GAIA_CO02": _("リビジョンが最新ではありません。ほかの人が先に更新しました。"),
    "GAIA_QU01": _("limit には %(most)s 以下の値を指定してください。"),
    "GAIA_QU02": _("offset には %(most)s 以下の値を指定してください。"),
    "GAIA_CN01": _("指定したカーソルが見つかりません。期限が切れたか、最後まで読み終えています。"),
    "GAIA_TM12": _("作成できるカーソルの数に達しています。不要なカーソルを消すか、しばらく待ってください。"),
    "GAIA_TM01": _("リクエストが多すぎます。しばらく待ってからもう一度お試しください。"),
    "GAIA_BL01": _("指定したファイルが見つかりません。"),
    "GAIA_IL03": _("いまのステータスでは、このアクションを実行できません。"),
    "GAIA_ST02": _("このアプリでは、プロセス管理が使われていません。"),
    "GAIA_NT01": _("作業者だけが、ステータスを変更できます。"),
    "GAIA_IL26": _("指定したユーザー（code: %(id)s）が見つかりません。"),
    "GAIA_IL27": _("指定したグループ（code: %(id)s）が見つかりません。"),
    "GAIA_IL28": _("指定した組織（code: %(id)s）が見つかりません。"),
    "GAIA_FC01": _("指定したフィールド（code: %(id)s）が見つかりません。"),
    "GAIA_SP01": _("指定したスペースが見つかりません。Tomoni にスペースはありません。"),
    "GAIA_NS01": _("この機能は Tomoni にありません。"),
}
QUERY_CODES = {
    "field": "GAIA_IQ11",
    "operator": "GAIA_IQ03",
    "sort": "GAIA_IQ10",
    "table_operator": "GAIA_IQ07",
}


class KintoneError(TomoniError):
    """An error in kintone's form. `errors`: place (`record.氏名.value`) → messages; `values` fill the sentence."""

    def __init__(
        self,
        code: str,
        status: int = 400,
        message: Any = None,
        errors: Mapping[str, Sequence[Any]] | None = None,
        **details: Any,
    ) -> None:
        self.code, self.status = code, status
        self.errors = {place: [str(t) for t in texts] for place, texts in (errors or {}).items()}
        text = MESSAGES.get(code, MESSAGES["CB_VA01"]) if message is None else message
        super().__init__(str(text) % details if details and message is None else text, **details)

    def body(self) -> dict[str, Any]:
        """The JSON body."""
        found: dict[str, Any] = {"code": self.code, "id": request_id.get() or "-", "message": str(self)}
        if self.errors:
            found["errors"] = {place: {"messages": texts} for place, texts in self.errors.items()}
        return found


def invalid(**places: Any) -> KintoneError:
    """CB_VA01 for parameters by name: `invalid(app=_("必須です。"))`."""
    return KintoneError("CB_VA01", 400, errors={name: [text] for name, text in places.items()})


def wrong(place: str, *messages: Any) -> KintoneError:
    """CB_VA01 at one place."""
    return KintoneError("CB_VA01", 400, errors={place: messages})


def translated(error: Exception, record: Any = None) -> KintoneError:
    """One of our errors as kintone's; `record` names the record that was asked for."""
    if isinstance(error, KintoneError):
        return error
    if isinstance(error, BadQuery):
        return _query_error(error)
    if isinstance(error, Invalid):
        places = {key or "request": texts for key, texts in error.errors.items()}
        return KintoneError("CB_VA01", 400, errors=places)
    if isinstance(error, Conflict):
        return KintoneError("GAIA_CO02", 409)
    if isinstance(error, NotFound):
        return KintoneError("GAIA_RE01", 404, id=record if record is not None else "")
    if isinstance(error, Forbidden):
        return KintoneError("CB_NO02", 403)
    if isinstance(error, TomoniError):
        code = {413: "CB_IL02", 429: "GAIA_TM01"}.get(error.status, "CB_SV01")
        return KintoneError(code, error.status, message=str(error), **_waiting(error))
    return KintoneError("CB_SV01", 500)


def _waiting(error: TomoniError) -> dict[str, Any]:
    return {"retry_after": error.details["retry_after"]} if "retry_after" in error.details else {}


def _query_error(error: BadQuery) -> KintoneError:
    """A malformed query is CB_VA01 at `query`; one that asks wrongly has a code of its own. Both say where."""
    text = str(error)
    code = QUERY_CODES.get(str(error.details.get("code")))
    if code is None:
        return KintoneError("CB_VA01", 400, errors={"query": [text]})
    return KintoneError(code, 400, message=text)


@contextmanager
def within(place: str, record: Any = None) -> Iterator[None]:
    """Errors by field code inside become errors at `<place>.<code>.value`."""
    try:
        yield
    except (KintoneError, BadQuery):
        raise
    except Invalid as error:
        raise KintoneError("CB_VA01", 400, errors=_places(place, error)) from error
    except (TomoniError, Forbidden) as error:
        raise translated(error, record) from error


def _places(place: str, error: Invalid) -> dict[str, list[Any]]:
    """Places of messages; one about a cell of a table knows its row and column."""
    found: dict[str, list[Any]] = {}
    for key, texts in error.errors.items():
        for text in texts:
            here = f"{place}.{key}.value" if key else place
            if key and hasattr(text, "row") and hasattr(text, "column"):
                here += f"[{text.row}].value.{text.column}.value"
                text = text.plain
            found.setdefault(here, []).append(text)
    return found
