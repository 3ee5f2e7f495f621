"""Addresses of signing in and of connected applications."""

from django.urls import path

from betony.dispensary.accounts.views import confirming, passwords, signing_in

urlpatterns = [
    path("", signing_in.home, name="home"),
    path("sign-in/", signing_in.sign_in, name="sign_in"),
    path("sign-out/", signing_in.sign_out, name="sign_out"),
    path("connected-applications/", signing_in.connected_applications, name="connected_applications"),
    path(
        "connected-applications/<uuid:grant_id>/disconnect/",
        signing_in.disconnect,
        name="disconnect_application",
    ),
    path("reset-password/", passwords.reset_password, name="reset_password"),
    path("reset-password/sent/", passwords.reset_password_sent, name="reset_password_sent"),
    path("reset-password/<str:token>/", passwords.reset_password_link, name="reset_password_link"),
    path("confirm-email/send/", confirming.send_confirmation_again, name="send_confirmation_again"),
    path("confirm-email/<str:token>/", confirming.confirm_email, name="confirm_email"),
]
