from django.apps import AppConfig


class AuditConfig(AppConfig):
    name = "betony.kit.audit"
    label = "kit_audit"
