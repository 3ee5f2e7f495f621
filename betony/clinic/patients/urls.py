"""Addresses of the patients module. The patient's page and menu are the workspace's."""

from django.urls import path

from betony.clinic.patients import views

app_name = "patients"
urlpatterns = [
    path("patients/", views.list_patients, name="list"),
    path("patients/view/", views.choose_list_view, name="list_view"),
    path("patients/export/", views.export_patients, name="export"),
    path("patients/add/", views.add_patient, name="add"),
    path("patients/<uuid:patient_id>/profile/", views.change_patient, name="change"),
    path("patients/<uuid:patient_id>/deactivate/", views.deactivate_patient, name="deactivate"),
    path("patients/<uuid:patient_id>/reactivate/", views.reactivate_patient, name="reactivate"),
]
