"""Loads the dispensary's demo: practices, catalogue, applications, and a year of patients."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from betony.dispensary.accounts.models import Organization
from betony.dispensary.catalog.demo import choices
from betony.dispensary.catalog.demo import load as catalogue
from betony.dispensary.catalog.models import CustomDosage, FavouritesCategory
from betony.dispensary.orders.demo import load as trade
from betony.dispensary.practices import demo as practices
from betony.dispensary.practices.models import Practitioner
from betony.dispensary.workflows import demo as applications
from betony.kit import clock, server
from betony.kit.environment import BadSetting

USING = "migration"


class Command(BaseCommand):
    """Each step does nothing where it has been done."""

    help = "Load the demo's dispensaries, catalogue, patients, plans and orders."

    def handle(self, *args: Any, **options: Any) -> None:
        server.check_owner_is_known("DISPENSARY")
        now = clock.now()
        practices.load(using=USING)
        self._say("dispensaries and their people")
        self._refresh_applications()
        count = catalogue.load_catalogue(today=now.date(), using=USING)
        self._say(f"a catalogue of {count} variants")
        for organization in Organization.objects.using(USING).order_by("slug"):
            if organization.slug in {one.slug for one in practices.DISPENSARIES}:
                self._load_choices(organization)
                patients = trade.load_organization(organization.pk, now=now, using=USING)
                if patients:
                    self._say(f"{patients} patients of {organization.name}, with plans and orders")

    def _refresh_applications(self) -> None:
        try:
            left = applications.refresh_applications(using=USING)
        except BadSetting as error:
            raise CommandError(str(error)) from error
        self._say(" ".join(["applications", *left]))

    def _load_choices(self, organization: Organization) -> None:
        if FavouritesCategory.objects.using(USING).filter(organization=organization).exists():
            return
        is_meadowlark = organization.slug == practices.MEADOWLARK
        refused = choices.NOT_PERMITTED_AT_MEADOWLARK if is_meadowlark else ()
        catalogue.load_choices(organization_id=organization.pk, refused=refused, using=USING)
        owners = Practitioner.objects.using(USING).filter(organization=organization, user__is_owner=True)
        owner = owners.order_by("pk").first()
        dosages = CustomDosage.objects.using(USING).filter(organization=organization)
        if owner is not None and not dosages.exists():
            catalogue.load_dosages(organization_id=organization.pk, practitioner_id=owner.pk, using=USING)

    def _say(self, what: str) -> None:
        self.stdout.write(f"    {what}")
        self.stdout.flush()
