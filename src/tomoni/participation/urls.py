"""Addresses of the room."""

from django.urls import path

from tomoni.participation.views import voices

app_name = "participation"
urlpatterns = [
    path("", voices.landing, name="together"),
    path("voices/", voices.index, name="voices"),
    path("voices/<str:key>/", voices.detail, name="voice"),
]
