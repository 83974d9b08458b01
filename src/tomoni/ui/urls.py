"""Home, search, style guide."""

from django.urls import path

from tomoni.ui.views import home

urlpatterns = [path("", home.home, name="home")]
