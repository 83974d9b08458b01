"""Addresses of the API: `/k/v1/….json` and, for clients that name a guest space, `/k/guest/<id>/v1/….json`."""

from django.urls import path

from tomoni.kintone.endpoint import serve

app_name = "kintone"
urlpatterns = [
    path("v1/<path:name>.json", serve, name="call"),
    path("guest/<int:space>/v1/<path:name>.json", serve, name="guest_call"),
]
