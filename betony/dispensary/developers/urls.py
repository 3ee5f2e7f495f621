"""Addresses for people who register applications."""

from django.urls import path

from betony.dispensary.developers import views

app_name = "developers"

urlpatterns = [
    path("developers/", views.list_applications, name="applications"),
    path("developers/<uuid:application_id>/", views.show_application, name="application"),
    path("developers/<uuid:application_id>/enable-webhook/", views.enable_webhook, name="enable_webhook"),
]
