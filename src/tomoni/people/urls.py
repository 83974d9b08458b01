"""Addresses of the room."""

from django.urls import include, path

urlpatterns = [path("accounts/", include("allauth.urls"))]
