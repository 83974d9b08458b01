"""Home, search, language, style guide."""

from django.urls import path

from tomoni.ui.views import guide, home, language, rooms, search

urlpatterns = [
    path("", home.home, name="home"),
    path("search/", search.search, name="search"),
    path("language/", language.set_language, name="set_language"),
    path("settings/", rooms.settings_room, name="settings"),
    path("ui/", guide.guide, name="ui_guide"),
]
