"""Addresses of the inbox, and its page in Settings (named `settings:notices`)."""

from django.urls import path

from betony.clinic.workspace.notices import views

app_name = "notices"
urlpatterns = [
    path("notices/", views.list_notices, name="list"),
    path("notices/panel/", views.show_panel, name="panel"),
    path("notices/count/", views.show_count, name="count"),
    path("notices/read-all/", views.read_all, name="read_all"),
    path("notices/<uuid:notice_id>/read/", views.read_notice, name="read"),
]
settings_urlpatterns = [path("notices/", views.choose_mails, name="notices")]
