"""Addresses of keeping."""

from django.urls import path

from tomoni.records.keeping import views, views_disposal

app_name = "keeping"
urlpatterns = [
    path("", views.home, name="home"),
    path("disposals/<int:pk>/", views_disposal.disposal, name="disposal"),
    path("disposals/<int:pk>/decide/", views_disposal.decide, name="decide"),
    path("disposals/<int:pk>/withdraw/", views_disposal.withdraw, name="withdraw"),
    path("apps/<str:app>/", views.about, name="about"),
    path("apps/<str:app>/keepers/", views.keepers, name="keepers"),
    path("apps/<str:app>/take-over/", views.take, name="take_over"),
    path("apps/<str:app>/handover/", views.handover_page, name="handover"),
    path("apps/<str:app>/note/", views.note, name="note"),
    path("apps/<str:app>/register/", views.register_page, name="register"),
    path("apps/<str:app>/register/csv/", views.register_csv, name="register_csv"),
    path("apps/<str:app>/retention/", views_disposal.retention, name="retention"),
    path("apps/<str:app>/propose/", views_disposal.propose, name="propose"),
    path("apps/<str:app>/hold/", views_disposal.hold, name="hold"),
    path("apps/<str:app>/hold/<int:record>/release/", views_disposal.release, name="release"),
]
