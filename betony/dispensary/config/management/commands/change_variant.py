"""Change a size in the catalogue for every dispensary: whether it can be had, and what the product's label says."""

import datetime
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from betony.dispensary.catalog import actions, rules
from betony.dispensary.workflows import keep_catalogue
from betony.kit.actor import system


class Command(BaseCommand):
    """Applications that are connected are told `product.updated`."""

    help = "Change the status of a size, or the description of its product, and tell the applications."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("sku")
        parser.add_argument("--status", choices=rules.VARIANT_STATUSES)
        parser.add_argument("--back-on", type=datetime.date.fromisoformat, help="the day it is expected back")
        parser.add_argument("--description", type=Path, help="a file with the new description as plain text")

    def handle(self, *args: Any, **options: Any) -> None:
        words = options["description"]
        try:
            changes = actions.VariantChanges(
                status=options["status"],
                expected_back_date=options["back_on"],
                description=None if words is None else words.read_text(encoding="utf-8"),
            )
            keep_catalogue.change_variant(by=system("change_variant"), sku=options["sku"], changes=changes)
        except OSError as error:
            raise CommandError(f"{words} cannot be read.") from error
        except actions.NoSuchVariant as error:
            raise CommandError(f"No size has the SKU {options['sku']}.") from error
        except actions.NothingChanges as error:
            raise CommandError("It is so already: nothing was changed and nobody told.") from error
        self.stdout.write(f"{options['sku']} is changed, and the applications are told.")
