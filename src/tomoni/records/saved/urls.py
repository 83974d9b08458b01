"""Addresses of personal views."""

from django.urls import path

from tomoni.records.saved import views

app_name = "record_views"
urlpatterns = [
    path("<str:code>/keep/", views.keep, name="keep"),
    path("<str:code>/<int:pk>/forget/", views.forget, name="forget"),
]
