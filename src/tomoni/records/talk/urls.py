"""Addresses of talk."""

from django.urls import path

from tomoni.records.talk import views

app_name = "record_talk"
urlpatterns = [
    path("preferences/", views.preferences, name="preferences"),
    path("<str:code>/<int:pk>/add/", views.add, name="add"),
    path("<str:code>/<int:pk>/<int:comment>/edit/", views.edit, name="edit"),
    path("<str:code>/<int:pk>/<int:comment>/delete/", views.delete, name="delete"),
]
