"""Addresses for people who register applications."""

from django.urls import path

from betony.dispensary.developers import views

app_name = "developers"

urlpatterns = [
    path("developers/", views.list_applications, name="applications"),
    path("developers/<uuid:application_id>/", views.show_application, name="application"),
    path("developers/<uuid:application_id>/webhook/", views.edit_webhook, name="edit_webhook"),
    path("developers/<uuid:application_id>/webhook/test/", views.try_webhook, name="try_webhook"),
    path("developers/<uuid:application_id>/webhook/enable/", views.enable_webhook, name="enable_webhook"),
    path("developers/<uuid:application_id>/webhook/disable/", views.disable_webhook, name="disable_webhook"),
    path("developers/<uuid:application_id>/webhook/secrets/add/", views.add_secret, name="add_secret"),
    path(
        "developers/<uuid:application_id>/webhook/secrets/drop-old/",
        views.drop_old_secrets,
        name="drop_old_secrets",
    ),
]
