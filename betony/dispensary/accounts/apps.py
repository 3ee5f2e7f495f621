from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "betony.dispensary.accounts"
    label = "dispensary_accounts"
