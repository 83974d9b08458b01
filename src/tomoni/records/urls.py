"""Addresses of the room."""

from django.urls import path

from tomoni.records.views import (
    app_new,
    bulk,
    calendar,
    csvfile,
    download,
    fields,
    history,
    home,
    listing,
    record,
    settings,
    slots,
    trash,
    write,
)

app_name = "records"
urlpatterns = [
    path("", home.home, name="home"),
    path("new/", app_new.create, name="create_app"),
    path("apps/<str:code>/", listing.listing, name="list"),
    path("apps/<str:code>/calendar/", calendar.month, name="calendar"),
    path("apps/<str:code>/csv/", csvfile.export, name="csv"),
    path("apps/<str:code>/bulk/", bulk.bulk, name="bulk"),
    path("apps/<str:code>/new/", write.new, name="new"),
    path("apps/<str:code>/trash/", trash.trash, name="trash"),
    path("apps/<str:code>/form/", fields.overview, name="form"),
    path("apps/<str:code>/form/add/", fields.add, name="field_new"),
    path("apps/<str:code>/form/move/", fields.move, name="fields_move"),
    path("apps/<str:code>/form/restore/", fields.restore, name="field_restore"),
    path("apps/<str:code>/form/preview/", fields.preview, name="form_preview"),
    path("apps/<str:code>/form/<str:field>/", fields.edit, name="field_edit"),
    path("apps/<str:code>/form/<str:field>/delete/", fields.delete, name="field_delete"),
    path("apps/<str:code>/slots/", slots.slots, name="slots"),
    path("apps/<str:code>/process/", settings.process, name="process"),
    path("apps/<str:code>/views/", settings.views, name="views"),
    path("apps/<str:code>/views/<int:index>/", settings.view_edit, name="view_edit"),
    path("apps/<str:code>/rights/", settings.rights, name="rights"),
    path("apps/<str:code>/about/", settings.about, name="about"),
    path("apps/<str:code>/<int:pk>/", record.page, name="record"),
    path("apps/<str:code>/<int:pk>/edit/", write.edit, name="edit"),
    path("apps/<str:code>/<int:pk>/act/", record.act, name="act"),
    path("apps/<str:code>/<int:pk>/delete/", trash.delete, name="delete"),
    path("apps/<str:code>/<int:pk>/restore/", trash.restore, name="restore"),
    path("apps/<str:code>/<int:pk>/revert/", history.revert, name="revert"),
    path("apps/<str:code>/<int:pk>/files/<int:file>/", download.download, name="file"),
]
