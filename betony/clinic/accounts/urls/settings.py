"""Settings, as far as they are about the clinic, its members and oneself. All named `settings:…`."""

from django.urls import path

from betony.clinic.accounts.views import organization, security, users

urlpatterns = [
    path("", organization.settings_home, name="home"),
    path("organization/", organization.organization, name="organization"),
    path("users/", users.users, name="users"),
    path("users/invite/", users.invite, name="invite"),
    path(
        "users/invitations/<uuid:invitation_id>/again/",
        users.send_invitation_again,
        name="send_invitation_again",
    ),
    path(
        "users/invitations/<uuid:invitation_id>/withdraw/",
        users.withdraw_invitation,
        name="withdraw_invitation",
    ),
    path("users/<uuid:membership_id>/", users.member, name="member"),
    path("users/<uuid:membership_id>/deactivate/", users.deactivate, name="deactivate_member"),
    path("users/<uuid:membership_id>/reactivate/", users.reactivate, name="reactivate_member"),
    path("security/", security.security, name="security"),
    path("security/sessions/<uuid:session_id>/end/", security.end_session, name="end_session"),
    path("security/sessions/end-others/", security.end_other_sessions, name="end_other_sessions"),
]
