"""Error pages: plain words, no internals."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _


def _page(request: HttpRequest, status: int, message: str) -> HttpResponse:
    return render(request, "ui/error.html", {"status": status, "error": message}, status=status)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """400."""
    return _page(request, 400, _("この要求は読み取れませんでした。前のページに戻ってやり直してください。"))


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """403."""
    return _page(request, 403, _("この操作をする権限がありません。必要なときはDX推進課に相談してください。"))


def too_many(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """429 of the sign-in library; our own refusals say by themselves how long to wait."""
    page = _page(request, 429, _("回数が多すぎます。1分待ってからもう一度お試しください。"))
    page["Retry-After"] = "60"
    return page


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403 for a missing or old form token."""
    return _page(
        request, 403, _("画面を開いてから時間がたちました。前のページに戻り、開き直してから送ってください。")
    )


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """404."""
    return _page(
        request,
        404,
        _("ページが見つかりませんでした。アドレスを確かめるか、最初のページから探してください。"),
    )


def server_error(request: HttpRequest) -> HttpResponse:
    """500: nothing about internals."""
    return _page(request, 500, _("うまく処理できませんでした。時間をおいてもう一度お試しください。"))
