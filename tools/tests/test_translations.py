"""Sentences are found in Python and in templates, however they are marked."""

from babel.messages.catalog import Catalog

from tools import translations, tree

PYTHON = tree.ROOT / "betony" / "clinic" / "patients" / "forms.py"
TEMPLATE = tree.ROOT / "betony" / "clinic" / "patients" / "templates" / "patients" / "list.html"


def _found(path, source):
    return [(message, context) for _, message, _, context in translations.sentences_of(path, source)]


def test_python_sentences_are_found_however_the_function_is_imported():
    source = (
        "from django.utils import translation\n"
        "from django.utils.translation import gettext_lazy as _, ngettext\n"
        "one = _('First name')\n"
        "two = translation.gettext_lazy('Last name')\n"
        "three = ngettext('%(n)s patient', '%(n)s patients', n)\n"
        "four = translation.pgettext_lazy('address', 'State')\n"
    )
    assert _found(PYTHON, source) == [
        ("First name", None),
        ("Last name", None),
        (("%(n)s patient", "%(n)s patients"), None),
        ("State", "address"),
    ]


def test_template_sentences_are_found_in_text_attributes_and_blocks():
    source = (
        "<h1>\n  {% translate 'Patients' %}\n</h1>\n"
        "   <c-button label=\"{% translate 'Add Patient' %}\" />\n"
        "{% blocktranslate trimmed %}\n  You are viewing:\n  {{ name }}\n{% endblocktranslate %}\n"
        "{% blocktranslate count n=n %}{{ n }} day{% plural %}{{ n }} days{% endblocktranslate %}\n"
        "{% translate 'State' context 'address' %}{{ _('Save') }}\n"
    )
    assert _found(TEMPLATE, source) == [
        ("Patients", None),
        ("Add Patient", None),
        ("You are viewing: %(name)s", None),
        (("%(n)s day", "%(n)s days"), None),
        ("State", "address"),
        ("Save", None),
    ]


def test_a_comment_for_translators_stays_with_its_sentence():
    source = "# Translators: the button under the form\nlabel = _('Save')\n"
    assert [comments for _, _, comments, _ in translations.sentences_of(PYTHON, source)] == [
        ["the button under the form"]
    ]


def _french(**sentences):
    catalogue = Catalog(locale="fr_CA")
    for original, text in sentences.items():
        catalogue.add(original, text)
    return catalogue


def test_what_has_no_translation_is_told_and_so_is_one_that_lost_a_value():
    catalogue = _french(Cart="Panier", Order="")
    catalogue.add("Order %(number)s", "Commande")
    catalogue.add(("%(n)s day", "%(n)s days"), ("%(n)s jour", ""))
    assert translations.untranslated(catalogue) == ["Order", "Order %(number)s", "%(n)s day"]


def test_french_holds_the_patients_doors_and_keeps_what_was_translated():
    found = Catalog()
    found.add("Cart", locations=[("betony/dispensary/storefront/views/pages.py", 0)])
    found.add("Claims", locations=[("betony/clinic/config/navigation.py", 0)])
    found.add("A box", locations=[("betony/kit/ui/templates/ui/gallery/fields.html", 0)])
    kept = translations.french(found, _french(Cart="Panier", Gone="Parti"))
    assert {one.id: one.string for one in kept if one.id} == {"Cart": "Panier"}
