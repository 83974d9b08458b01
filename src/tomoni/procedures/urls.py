"""Addresses of the room: `/f/` forms, `/r/` status, `/connect/` staff."""

from django.urls import path

from tomoni.procedures.views import forms, landing, letters, questions, resident, sending, status, submissions

app_name = "procedures"
urlpatterns = [
    path("f/", resident.forms, name="forms"),
    path("f/<slug:slug>/", resident.start, name="start"),
    path("f/<slug:slug>/<slug:token>/", resident.resume, name="resume"),
    path("f/<slug:slug>/<slug:token>/<int:n>/", resident.question, name="question"),
    path("f/<slug:slug>/<slug:token>/later/", resident.later, name="later"),
    path("f/<slug:slug>/<slug:token>/check/", sending.check, name="check"),
    path("f/<slug:slug>/<slug:token>/done/", sending.done, name="done"),
    path("r/", status.status, name="status"),
    path("r/act/", status.act, name="status_act"),
    path("r/answer/", status.answer, name="status_answer"),
    path("r/letter/", status.letter, name="status_letter"),
    path("connect/", landing.landing, name="connect"),
    path("connect/forms/", forms.index, name="staff_forms"),
    path("connect/forms/new/", forms.new, name="staff_form_new"),
    path("connect/forms/<slug:slug>/", forms.detail, name="staff_form"),
    path("connect/forms/<slug:slug>/edit/", forms.edit, name="staff_form_edit"),
    path("connect/forms/<slug:slug>/letters/", forms.letters, name="staff_form_letters"),
    path("connect/forms/<slug:slug>/state/", forms.state, name="staff_form_state"),
    path("connect/forms/<slug:slug>/poster/", forms.poster, name="staff_form_poster"),
    path("connect/forms/<slug:slug>/preview/", forms.preview, name="staff_form_preview"),
    path("connect/forms/<slug:slug>/preview/<int:n>/", forms.preview, name="staff_form_preview_n"),
    path("connect/forms/<slug:slug>/enter/", submissions.enter, name="staff_enter"),
    path("connect/forms/<slug:slug>/questions/", questions.change, name="staff_questions"),
    path("connect/forms/<slug:slug>/questions/<int:pk>/", questions.edit, name="staff_question"),
    path("connect/submissions/", submissions.index, name="staff_submissions"),
    path("connect/submissions/<int:pk>/", submissions.detail, name="staff_submission"),
    path("connect/submissions/<int:pk>/letter/", letters.letter, name="staff_letter"),
]
