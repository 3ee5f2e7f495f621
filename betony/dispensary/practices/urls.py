"""Addresses of the people of a practice."""

from django.urls import path

from betony.dispensary.practices import views

app_name = "people"

urlpatterns = [
    path("join/<uuid:user_id>/<str:token>/", views.join, name="join"),
    path("people/", views.people, name="everybody"),
    path("people/<uuid:person_id>/archive/", views.archive, name="archive"),
    path("people/<uuid:person_id>/invite-again/", views.invite_again, name="invite_again"),
    path("people/<uuid:person_id>/restore/", views.restore, name="restore"),
]
