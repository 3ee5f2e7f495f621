from django.apps import AppConfig


class UiConfig(AppConfig):
    """The look of both servers: base templates, components, and what the front-end build leaves here."""

    name = "betony.kit.ui"
    label = "kit_ui"
