"""Addresses of the health record."""

from django.urls import path

from betony.clinic.health_record import views

app_name = "health_record"
urlpatterns = [
    path("patients/<uuid:patient_id>/health-record/", views.show_record, name="record"),
    path("patients/<uuid:patient_id>/health-record/<slug:kind>/add/", views.add_entry, name="add"),
    path(
        "patients/<uuid:patient_id>/health-record/<slug:kind>/<uuid:entry_id>/",
        views.amend_entry,
        name="amend",
    ),
    path(
        "patients/<uuid:patient_id>/health-record/<slug:kind>/<uuid:entry_id>/end/",
        views.end_entry,
        name="end",
    ),
]
