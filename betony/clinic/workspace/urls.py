"""Addresses of the workspace."""

from django.urls import path

from betony.clinic.workspace import views
from betony.clinic.workspace.merging import views as merging

app_name = "workspace"
urlpatterns = [
    path("patients/merges/", merging.list_merges, name="merges"),
    path("patients/<uuid:patient_id>/merge/", merging.find_other, name="merge"),
    path("patients/<uuid:patient_id>/merge/<uuid:other_id>/", merging.merge, name="merge_with"),
    path("patients/<uuid:patient_id>/merges/<uuid:merge_id>/undo/", merging.undo, name="undo_merge"),
    path("palette/", views.show_palette, name="palette"),
    path("patients/<uuid:patient_id>/", views.show_patient, name="patient"),
    path("patients/<uuid:patient_id>/actions/", views.show_actions, name="actions"),
]
