"""Addresses of the workspace."""

from django.urls import path

from betony.clinic.workspace import views

app_name = "workspace"
urlpatterns = [
    path("patients/<uuid:patient_id>/", views.show_patient, name="patient"),
    path("patients/<uuid:patient_id>/actions/", views.show_actions, name="actions"),
]
