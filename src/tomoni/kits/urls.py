"""Addresses of the room."""

from django.urls import URLPattern

app_name = "kits"
urlpatterns: list[URLPattern] = []
