from django.apps import AppConfig


class WorkspaceConfig(AppConfig):
    name = "betony.clinic.workspace"
    label = "clinic_workspace"
