"""Addresses of working time."""

from django.urls import path

from tomoni.records.worktime import views

app_name = "worktime"
urlpatterns = [
    path("mark/", views.mark, name="mark"),
    path("tap/", views.tap, name="tap"),
    path("tap/<int:tap_id>/undo/", views.undo, name="undo"),
]
