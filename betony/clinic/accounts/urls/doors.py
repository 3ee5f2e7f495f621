"""The doors: signing in and out, passwords by link, invitations."""

from django.urls import path

from betony.clinic.accounts.views import doors, invitations, passwords

urlpatterns = [
    path("sign-in/", doors.sign_in_page, name="sign_in"),
    path("sign-in/again/", doors.sign_in_again, name="sign_in_again"),
    path("session/", doors.show_session, name="show_session"),
    path("sign-out/", doors.sign_out, name="sign_out"),
    path("organizations/", doors.organizations, name="organizations"),
    path("reset-password/", passwords.reset_password, name="reset_password"),
    path("reset-password/sent/", passwords.reset_password_sent, name="reset_password_sent"),
    path(
        "reset-password/<uuid:user_id>/<str:token>/",
        passwords.reset_password_link,
        name="reset_password_link",
    ),
    path("invitation/<str:token>/", invitations.accept_invitation, name="accept_invitation"),
]
