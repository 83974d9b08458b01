"""Addresses of the room."""

from django.urls import path

from tomoni.challenges.views import challenge, ending, landing, review, rounds, tools

app_name = "challenges"
urlpatterns = [
    path("", landing.home, name="home"),
    path("review/task/<str:task_id>/", review.task, name="review_task"),
    path("review/procedure/<str:procedure_id>/", review.procedure, name="review_procedure"),
    path("review/<int:pk>/close/", review.close, name="review_close"),
    path("review/<int:pk>/", review.closed, name="review"),
    path("challenges/", landing.listing, name="list"),
    path("challenges/new/", challenge.new, name="new"),
    path("challenges/task/<str:task_id>/", landing.for_task, name="for_task"),
    path("challenges/<int:pk>/", challenge.detail, name="challenge"),
    path("challenges/<int:pk>/edit/", challenge.edit, name="edit"),
    path("challenges/<int:pk>/calculation/", challenge.calculation, name="calculation"),
    path("challenges/<int:pk>/tools/", tools.tools, name="tools"),
    path("challenges/<int:pk>/uses/", challenge.uses, name="uses"),
    path("challenges/<int:pk>/rounds/start/", rounds.start, name="start_round"),
    path("challenges/<int:pk>/rounds/<int:number>/decide/", rounds.decide, name="decide"),
    path("challenges/<int:pk>/ending/", ending.plan, name="ending"),
    path("challenges/<int:pk>/ending/decide/", ending.decide, name="decide_ending"),
    path("challenges/<int:pk>/ending/tell/", ending.tell, name="tell_ending"),
    path("challenges/<int:pk>/ending/check/", ending.check, name="check"),
    path("challenges/<int:pk>/announcement/", ending.announcement, name="announcement"),
]
