"""The form that the gallery shows: one field for each kind of control."""

from django import forms
from django.utils.translation import gettext_lazy as _

from betony.kit.ui.date_field import DateField
from betony.kit.ui.lines_field import LinesField

SEXES = [("f", _("Female")), ("m", _("Male")), ("x", _("Another"))]
CHANNELS = [("email", _("Email")), ("text", _("Text message")), ("phone", _("Phone call"))]


class GalleryForm(forms.Form):
    first_name = forms.CharField(label=_("First name"))
    email = forms.EmailField(
        label=_("Email"), help_text=_("Needed for Fullscript and the portal"), required=False
    )
    birth_date = DateField(label=_("Date of birth"))
    sex = forms.ChoiceField(label=_("Sex"), choices=[("", "—"), *SEXES], required=False)
    notes = LinesField(label=_("Notes"), required=False)
    contact = forms.ChoiceField(label=_("Contact by"), choices=CHANNELS, widget=forms.RadioSelect)
    reminders = forms.MultipleChoiceField(
        label=_("Reminders"), choices=CHANNELS, widget=forms.CheckboxSelectMultiple, required=False
    )
    terms = forms.BooleanField(
        label=_("I accept the terms"), help_text=_("You can read them again at any time")
    )
    picture = forms.FileField(label=_("Picture"), required=False)
    number = forms.CharField(label=_("Chart number"), disabled=True, initial="A-1042", required=False)


class ShortForm(forms.Form):
    """What the gallery's dialog asks."""

    nickname = forms.CharField(label=_("Preferred name"))
