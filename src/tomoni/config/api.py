"""The API under /api/v1: one router a room. It only grows."""

from django.urls import URLPattern, URLResolver, include, path
from ninja import NinjaAPI

api = NinjaAPI(title="Tomoni API", version="1", urls_namespace="api", docs_url=None)

_patterns, _app, _namespace = api.urls
app_name = "api"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("tomoni.records.api.urls")),
    *_patterns,
]
