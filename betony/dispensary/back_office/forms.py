"""What the practice types about patients, plans and favourites."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from betony.dispensary.orders.models import Order
from betony.dispensary.patients import rules as patient_rules
from betony.dispensary.patients.models import Patient
from betony.dispensary.treatment_plans import rules as plan_rules
from betony.kit.ui.date_field import DateField
from betony.kit.ui.email_field import EmailField
from betony.kit.ui.lines_field import LinesField

_SENTENCES = {
    "blank": _("This is needed."),
    "invalid": _("This does not look right."),
    "too_long": _("This is too long."),
    "taken": _("Another patient here has this email."),
}


class PatientForm(forms.Form):
    """A patient as the practice knows them."""

    first_name = forms.CharField(label=_("First name"), max_length=patient_rules.LONGEST_NAME)
    last_name = forms.CharField(label=_("Last name"), max_length=patient_rules.LONGEST_NAME)
    email = EmailField(label=_("Email"), help_text=_("The patient signs in to the shop with it."))
    date_of_birth = DateField(label=_("Date of birth"), required=False)
    gender = forms.ChoiceField(
        label=_("Gender"), required=False, choices=[("", _("Not given")), *Patient.Gender.choices]
    )
    mobile_number = forms.CharField(label=_("Mobile phone"), max_length=40, required=False)
    discount = forms.IntegerField(
        label=_("Own discount, percent"), min_value=0, max_value=100, required=False,
        help_text=_("On top of what every patient of the practice gets."),
    )  # fmt: skip
    text_message_notification = forms.BooleanField(label=_("May get text messages"), required=False)
    email_refused = forms.BooleanField(
        label=_("Wants no email"), required=False, help_text=_("No emails are sent, not even about plans.")
    )

    @classmethod
    def of(cls, patient: Patient) -> "PatientForm":
        """The form as it shows an existing patient."""
        return cls(initial={name: getattr(patient, name) for name in cls.base_fields})

    def values(self) -> patient_rules.PatientValues:
        """What was typed."""
        found = self.cleaned_data
        return patient_rules.PatientValues(
            first_name=found["first_name"],
            last_name=found["last_name"],
            email=found["email"],
            date_of_birth=found["date_of_birth"],
            gender=found["gender"],
            mobile_number=found["mobile_number"],
            discount=found["discount"] or 0,
            text_message_notification=found["text_message_notification"],
            email_refused=found["email_refused"],
        )

    def refuse(self, problems: list[patient_rules.Problem]) -> None:
        """Show what the action found wrong beside the fields."""
        for problem in problems:
            self.add_error(problem.field, _SENTENCES[problem.code])


class RecommendationForm(forms.Form):
    """One product on a plan: how much to buy and how to take it."""

    units_to_purchase = forms.IntegerField(
        label=_("Quantity"), min_value=1, max_value=plan_rules.MOST_UNITS, initial=1
    )
    dosage_amount = forms.CharField(label=_("Amount"), max_length=80, required=False)
    dosage_format = forms.CharField(label=_("Form"), max_length=80, required=False)
    dosage_frequency = forms.CharField(label=_("Frequency"), max_length=80, required=False)
    dosage_duration = forms.CharField(
        label=_("Duration"), max_length=80, required=False, help_text=_("Days, or words like: as needed")
    )
    dosage_time_of_day = forms.MultipleChoiceField(
        label=_("Time of day"),
        required=False,
        choices=[
            ("morning", _("Morning")), ("midday", _("Midday")), ("evening", _("Evening")),
            ("bedtime", _("Bedtime")),
        ],
        widget=forms.CheckboxSelectMultiple,
    )  # fmt: skip
    take_with = forms.ChoiceField(
        label=_("Take with"),
        required=False,
        choices=[
            ("", _("Not given")), ("food", _("Food")), ("water", _("Water")),
            ("empty_stomach", _("Empty stomach")),
        ],
    )  # fmt: skip
    dosage_additional_info = forms.CharField(
        label=_("Additional instructions"), max_length=500, required=False
    )
    refill = forms.BooleanField(label=_("Refill"), required=False)
    keeps_dosage = forms.BooleanField(
        label=_("Keep as my dosage"), required=False,
        help_text=_("Next time this product starts from it, here and in connected software."),
    )  # fmt: skip

    def values(self, variant_id: Any) -> plan_rules.RecommendationValues:
        """What was typed, for this variant."""
        found = {name: value for name, value in self.cleaned_data.items() if name != "keeps_dosage"}
        times = tuple(found.pop("dosage_time_of_day"))
        return plan_rules.RecommendationValues(variant_id=variant_id, dosage_time_of_day=times, **found)


class MessageForm(forms.Form):
    """The message to the patient."""

    personal_message = LinesField(
        label=_("Message to patient"), max_length=plan_rules.LONGEST_MESSAGE, required=False, rows=4
    )


class PaymentForm(forms.Form):
    """How an order at the practice is paid."""

    cart = forms.UUIDField(widget=forms.HiddenInput)
    total = forms.DecimalField(widget=forms.HiddenInput, max_digits=10, decimal_places=2)
    payment = forms.ChoiceField(
        label=_("Payment"), choices=Order.Payment.choices, initial=Order.Payment.COLLECTED,
        widget=forms.RadioSelect,
    )  # fmt: skip


class CategoryForm(forms.Form):
    """The name of a favourites category."""

    name = forms.CharField(label=_("Name"), max_length=80)
