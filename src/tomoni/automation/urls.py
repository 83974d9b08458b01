"""Addresses of the room."""

from django.urls import path

from tomoni.automation.views import edit, pages

app_name = "automation"
urlpatterns = [
    path("", pages.apps, name="list"),
    path("<str:app>/", pages.app, name="app"),
    path("<str:app>/log/", pages.log, name="log"),
    path("<str:app>/log/seen/", edit.seen, name="seen"),
    path("<str:app>/log/<int:pk>/retry/", edit.retry, name="retry"),
    path("<str:app>/add/", edit.add, name="add"),
    path("<str:app>/<int:pk>/", pages.rule, name="rule"),
    path("<str:app>/<int:pk>/edit/", edit.edit, name="edit"),
    path("<str:app>/<int:pk>/switch/", edit.switch, name="switch"),
    path("<str:app>/<int:pk>/delete/", edit.delete, name="delete"),
    path("<str:app>/<int:pk>/<str:part>/add/", edit.action, name="action_add"),
    path("<str:app>/<int:pk>/<str:part>/<int:index>/", edit.action, name="action"),
    path("<str:app>/<int:pk>/<str:part>/<int:index>/delete/", edit.action_delete, name="action_delete"),
]
