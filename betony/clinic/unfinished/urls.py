"""The addresses of unfinished forms: what pages send by themselves."""

from django.urls import path

from betony.clinic.unfinished import views

app_name = "unfinished"
urlpatterns = [
    path("unfinished/keep/", views.keep_typing, name="keep_typing"),
    path("unfinished/throw-away/", views.throw_away, name="throw_away"),
]
