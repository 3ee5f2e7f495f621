from django.apps import AppConfig


class ConfigConfig(AppConfig):
    """Holds the server's own commands."""

    name = "betony.clinic.config"
    label = "clinic_config"
