"""The status page: receipt number and birth date or telephone, the same answer whether or not they are right.

Nothing is kept in a session: the page comes as the answer to a POST, and its buttons carry a signed ticket
that lives half an hour.
"""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from tomoni.core import throttle
from tomoni.core.errors import Conflict, Invalid, TooMany
from tomoni.participation import facade as participation
from tomoni.procedures import access, queries, receipt, secrets, verification
from tomoni.procedures.actions.run_applicant_action import run_applicant_action
from tomoni.procedures.letter import paper
from tomoni.procedures.models import Submission
from tomoni.procedures.progress import progress
from tomoni.procedures.views.shell import client_address, page, resident_page
from tomoni.records import facade as records

TRIES_PER_NUMBER = 5
TRIES_PER_ADDRESS = 40
WINDOW = 15 * 60
NOBODY = "R0-00000-00000-0000"


@require_http_methods(["GET", "HEAD", "POST"])
@resident_page
def status(request: HttpRequest) -> HttpResponse:
    """Ask for the number and the answer given with it; show where the submission stands."""
    if request.method != "POST":
        return page(request, "procedures/resident/lookup.html")
    number, proof = request.POST.get("number", "")[:60].strip(), request.POST.get("proof", "")[:60].strip()
    missing = {}
    if not number:
        missing["number"] = _("受付番号を入力してください。例: R8-4KQ7X-M2P9T-VCH4")
    if not proof:
        missing["proof"] = _("生年月日か電話番号を入力してください。例: 昭和33年5月2日")
    if missing:
        return page(request, "procedures/resident/lookup.html", status=422, errors=missing, number=number)
    normal = receipt.normalize(number)
    try:
        throttle.hit(f"status-address:{client_address(request)}", limit=TRIES_PER_ADDRESS, seconds=WINDOW)
        throttle.hit(f"status-number:{normal or number}", limit=TRIES_PER_NUMBER, seconds=WINDOW)
    except TooMany as error:
        answer = page(request, "procedures/resident/lookup.html", status=429, throttled=True, number=number)
        answer["Retry-After"] = str(error.details.get("retry_after", WINDOW))
        return answer
    found = _verified(normal, proof)
    if found is None:
        return page(request, "procedures/resident/lookup.html", status=422, wrong=True, number=number)
    throttle.reset(f"status-number:{normal}")
    return _show(request, found)


def _verified(number: str | None, proof: str) -> Submission | None:
    """The submission if the proof is right. The work is the same for numbers that do not exist."""
    found = queries.submission_by_receipt(number or NOBODY)
    kept = (found.verify_digest, found.second_digest) if found else ("0" * 64, "")
    right = verification.matches(number or NOBODY, proof, *kept)
    return found if right else None


@require_POST
@resident_page
def act(request: HttpRequest) -> HttpResponse:
    """Withdraw, or what else the form lets the applicant do; asked back before it is done."""
    found = _by_ticket(request, "status")
    if found is None:
        return _expired(request)
    name = request.POST.get("name", "")
    offered = {a.name for a in progress(found).actions}
    if name in offered and request.POST.get("sure") != "yes":
        return page(
            request,
            "procedures/resident/sure.html",
            found.form,
            name=name,
            ticket=request.POST["ticket"],
            number=_number(found),
        )
    try:
        run_applicant_action(
            actor=access.applicant(found.form),
            submission=found,
            name=name,
            comment=request.POST.get("comment", ""),
        )
    except (Conflict, Invalid) as error:
        return _show(request, found, problem=str(error), status=error.status)
    return _show(request, found, notice=_("受け付けました。"))


@require_POST
@resident_page
def answer(request: HttpRequest) -> HttpResponse:
    """「わかりやすかったですか」: one answer a submission, kept without the person."""
    scope = "status" if request.POST.get("scope") == "status" else "answer"
    found = _by_ticket(request, scope)
    if found is None or not found.form.feedback:
        return _expired(request)
    schema = records.schema(code=found.app_code)
    try:
        participation.record_answer(
            actor=access.applicant(found.form),
            subject=f"submission:{found.pk}",
            app=found.app_code,
            task_id=schema.task_id,
            score=request.POST.get("score", ""),
            text=request.POST.get("text", ""),
        )
    except (Invalid, Conflict) as error:
        return page(
            request,
            "procedures/resident/answer.html",
            found.form,
            status=error.status,
            problem=str(error),
            again=isinstance(error, Invalid),
            ticket=request.POST["ticket"],
            scope=scope,
            score=request.POST.get("score", ""),
            text=request.POST.get("text", "")[:2000],
        )
    return page(request, "procedures/resident/thanks.html", found.form)


@require_POST
@resident_page
def letter(request: HttpRequest) -> HttpResponse:
    """The letter for the present state, to print at home."""
    found = _by_ticket(request, "status")
    if found is None:
        return _expired(request)
    made, sheet = paper(found)
    return page(request, "procedures/resident/letter.html", found.form, letter=made, paper=sheet)


def _show(
    request: HttpRequest, found: Submission, *, status: int = 200, notice: str = "", problem: str = ""
) -> HttpResponse:
    return page(
        request,
        "procedures/resident/status.html",
        found.form,
        status=status,
        number=_number(found),
        submission=found,
        progress=progress(found),
        ticket=secrets.make_ticket("status", found.pk),
        notice=notice,
        problem=problem,
    )


def _number(found: Submission) -> str:
    return secrets.unseal(found.receipt_sealed)


def _by_ticket(request: HttpRequest, scope: str) -> Submission | None:
    pk = secrets.read_ticket(scope, request.POST.get("ticket", ""))
    return Submission.objects.filter(pk=pk).select_related("form").first() if pk else None


def _expired(request: HttpRequest) -> HttpResponse:
    """The page stood open too long, or was tampered with: ask for the number again."""
    if not request.POST.get("ticket"):
        return redirect("procedures:status")
    return page(request, "procedures/resident/lookup.html", status=410, expired=True)
