"""Models obey the same order as imports, and the conventions that the database cannot keep."""

import re
from importlib import import_module
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.core import management

from tests.architecture import catalogue
from tools import classify, layers, server_facts, tree


def test_foreign_keys_point_downwards_only():
    wrong = []
    for model in catalogue.our_models():
        own = catalogue.module_of(model)
        for field in model._meta.local_fields:
            target = field.related_model if field.is_relation else None
            if not isinstance(target, type):
                continue
            other = catalogue.module_of(target)
            if other[0] == "betony" and not _may_point(own, other):
                wrong.append(f"{model.__name__}.{field.name} → {'.'.join(other)}.{target.__name__}")
    assert wrong == []


def _may_point(own: list[str], other: list[str]) -> bool:
    if other[1] == "kit":
        return True
    return own[1] == other[1] and layers.may_know(own[1], own[2], other[2])


def test_app_labels_carry_the_name_of_the_server_or_of_the_kit():
    wrong = {
        config.label: config.name
        for config in apps.get_app_configs()
        if config.name.startswith("betony.") and config.label != "_".join(config.name.split(".")[1:])
    }
    assert wrong == {}


def test_no_model_sorts_by_itself():
    assert [model.__name__ for model in catalogue.our_models() if model._meta.ordering] == []


def test_no_model_saves_in_its_own_way():
    overriding = [
        model for model in catalogue.our_models() if "save" in vars(model) or "delete" in vars(model)
    ]
    assert [model.__name__ for model in overriding] == []


def test_every_field_is_classed_as_identifying_or_not():
    assert classify.report(server_facts.models()).sentences() == [], (
        "run python -m tools.classify --write, then review"
    )


def test_every_app_of_this_server_is_installed():
    folders = {
        folder.name
        for folder in (tree.app_folders(settings.BETONY_SERVER))
        if (folder / "models.py").is_file() or (folder / "models").is_dir()
    }
    installed = {config.name.split(".")[-1] for config in apps.get_app_configs()}
    assert folders - installed == set()


@pytest.mark.django_db
def test_no_change_to_a_model_waits_for_its_migration():
    management.call_command("makemigrations", check=True, dry_run=True, verbosity=0)


def test_migrations_are_numbered_in_one_line_and_named_for_what_they_do():
    wrong = []
    for config in apps.get_app_configs():
        if not config.name.startswith("betony."):
            continue
        names = sorted(path.stem for path in Path(config.path, "migrations").glob("[0-9]*.py"))
        numbers = [int(name[:4]) for name in names]
        is_linear = numbers == list(range(1, len(numbers) + 1))
        if not is_linear or any(re.search(r"_auto_|_alter_.*_and_more", name) for name in names):
            wrong.append(f"{config.label}: {', '.join(names)}")
    assert wrong == []


def test_whatever_is_sealed_can_be_sealed_again():
    listed = import_module(
        f"betony.{settings.SETTINGS_MODULE.split('.')[1]}.config.management.commands.reseal"
    )
    known = {(table.model, name) for table in listed.Command.tables for name in table.fields}
    sealed = {
        (model, field.name)
        for model in catalogue.our_models()
        for field in model._meta.local_fields
        if field.name.endswith("_sealed")
    }
    assert sealed <= known
