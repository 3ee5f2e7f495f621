from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "betony.clinic.accounts"
    label = "clinic_accounts"
