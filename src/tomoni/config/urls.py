"""All addresses of the product. Each room owns its own `urls.py`; names are `<room>:<page>`."""

from django.urls import include, path

urlpatterns = [
    path("", include("tomoni.ui.urls")),
    path("", include("tomoni.core.urls")),
    path("", include("tomoni.people.urls")),
    path("see/", include("tomoni.workload.urls")),
    path("choose/", include("tomoni.challenges.urls")),
    path("build/kits/", include("tomoni.kits.urls")),
    path("build/automation/", include("tomoni.automation.urls")),
    path("build/worktime/", include("tomoni.records.worktime.urls")),
    path("build/transfer/", include("tomoni.records.transfer.urls")),
    path("build/mine/", include("tomoni.records.saved.urls")),
    path("build/talk/", include("tomoni.records.talk.urls")),
    path("build/keeping/", include("tomoni.records.keeping.urls")),
    path("build/", include("tomoni.records.urls")),
    path("together/", include("tomoni.participation.urls")),
    path("", include("tomoni.procedures.urls")),
    path("api/v1/", include("tomoni.config.api")),
    path("k/", include("tomoni.kintone.urls")),
]

handler400 = "tomoni.ui.views.errors.bad_request"
handler403 = "tomoni.ui.views.errors.forbidden"
handler404 = "tomoni.ui.views.errors.not_found"
handler429 = "tomoni.ui.views.errors.too_many"  # allauth asks for it
handler500 = "tomoni.ui.views.errors.server_error"
