"""Addresses under `/api/v1/apps/`."""

from django.urls import path

from tomoni.records.api import apps, records

urlpatterns = [
    path("apps/", apps.listing, name="apps"),
    path("apps/<str:code>/", apps.definition, name="app"),
    path("apps/<str:code>/openapi.json", apps.openapi, name="app_openapi"),
    path("apps/<str:code>/records", records.collection, name="records"),
    path("apps/<str:code>/records/<int:pk>", records.single, name="record"),
    path("apps/<str:code>/records/<int:pk>/actions", records.actions, name="record_actions"),
]
