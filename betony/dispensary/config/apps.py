from django.apps import AppConfig


class ConfigConfig(AppConfig):
    """Holds the server's own commands."""

    name = "betony.dispensary.config"
    label = "dispensary_config"
