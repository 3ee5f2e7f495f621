"""The components as HTML: names exactly as given, words tied to their controls, nothing unescaped."""

import html.parser

import pytest
from django import forms
from django.template import Context, Template, engines
from django.template.loader import render_to_string
from django_cotton.compiler_regex import CottonCompiler

from betony.kit.ui.date_field import DateField

HOSTILE = "<img src=x onerror=alert(1)>\"' O'Brien"


class PersonForm(forms.Form):
    email = forms.EmailField(label="Email", help_text="Needed for the portal")
    birth_date = DateField(label="Date of birth")
    contact = forms.ChoiceField(
        label="Contact by", choices=[("a", "Email"), ("b", "Phone")], widget=forms.RadioSelect
    )
    days = forms.MultipleChoiceField(
        label="Days", choices=[("1", "Monday")], widget=forms.CheckboxSelectMultiple, required=False
    )
    terms = forms.BooleanField(label="I accept the terms")


def draw(text: str, **context: object) -> str:
    compiled = CottonCompiler().process("{% load ui %}" + text)
    template: Template = engines["django"].from_string(compiled).template  # type: ignore[attr-defined]
    return template.render(Context(context))


class Elements(html.parser.HTMLParser):
    """All start tags of a piece of HTML, as (name, attributes)."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))

    def one(self, tag: str) -> dict[str, str | None]:
        (attributes,) = [attributes for name, attributes in self.found if name == tag]
        return attributes


def test_a_button_passes_on_what_it_does_not_know() -> None:
    button = Elements(draw('<c-button variant="primary" hx-post="/x/" type="submit">Save</c-button>')).one(
        "button"
    )
    assert button == {"type": "submit", "class": "btn btn-primary", "hx-post": "/x/"}


def test_a_button_that_is_only_an_icon_is_named_by_its_label() -> None:
    button = Elements(draw('<c-button icon="close" label="Close" variant="quiet"></c-button>')).one("button")
    assert button["aria-label"] == "Close"
    assert "btn-icon" in str(button["class"])


def test_a_link_that_opens_something_in_place_is_a_button_to_everybody() -> None:
    link = Elements(draw('<c-button href="/add/" hx-get="/add/">Add Patient</c-button>')).one("a")
    assert (link["role"], link["href"]) == ("button", "/add/")
    assert "role" not in Elements(draw('<c-button href="/add/">Add</c-button>')).one("a")


def test_a_refused_button_says_why_and_cannot_be_a_link() -> None:
    drawn = draw('<c-button href="/sign/" refused="Somebody else is writing.">Sign</c-button>')
    assert Elements(drawn).one("button")["aria-disabled"] == "true"
    assert "Somebody else is writing." in drawn


@pytest.mark.parametrize(
    "text",
    [
        "<c-button>{{ words }}</c-button>",
        '<c-button label="{{ words }}" icon="menu"></c-button>',
        '<c-button data-x="{{ words }}">x</c-button>',
        '<c-button :data-x="words">x</c-button>',
        '<c-panel :heading="words">x</c-panel>',
        '<c-panel heading="{{ words }}">x</c-panel>',
        '<c-menu id="m" label="Actions for {{ words }}">x</c-menu>',
        '<c-avatar name="{{ words }}" />',
        '<c-avatar :name="words" :key="words" />',
        '<c-dialog title="{{ words }}" subtitle="{{ words }}">{{ words }}</c-dialog>',
        '<c-dialog :title="words">x</c-dialog>',
        '<c-search-box label="Search" value="{{ words }}" />',
        '<c-search-box label="Search" :value="words" />',
        '<c-input name="a" label="A" :value="words" />',
        '<c-textarea name="a" label="A" :value="words" />',
        '<c-copy text="{{ words }}" />',
        '<c-option data-name="{{ words }}">{{ words }}</c-option>',
        '<c-fact label="{{ words }}">{{ words }}</c-fact>',
        '<c-menu-item href="{{ words }}" refused="{{ words }}">{{ words }}</c-menu-item>',
        "<c-toast>{{ words }}</c-toast>",
        '<c-alert heading="{{ words }}">{{ words }}</c-alert>',
        "<c-badge>{{ words }}</c-badge>",
    ],
)
def test_markup_in_a_name_stays_text(text: str) -> None:
    elements = Elements(draw(text, words=HOSTILE))
    assert "img" not in [tag for tag, _ in elements.found]
    assert not [attrs for _, attrs in elements.found if any(name.startswith("on") for name in attrs)]


def test_hint_and_error_are_tied_to_the_control() -> None:
    drawn = draw('<c-field :field="form.email" />', form=PersonForm({"email": "nobody"}))
    control = Elements(drawn).one("input")
    assert control["aria-describedby"] == "id_email_hint id_email_error"
    assert control["aria-invalid"] == "true"
    assert 'id="id_email_hint"' in drawn
    assert 'id="id_email_error"' in drawn


def test_a_label_holds_the_name_and_nothing_else() -> None:
    assert '<label class="field-label" for="id_email">Email</label>' in draw(
        '<c-field :field="form.email" />', form=PersonForm()
    )


def test_a_page_adds_attributes_to_a_fields_control() -> None:
    drawn = draw('<c-field :field="form.email" autofocus autocomplete="username" />', form=PersonForm())
    control = Elements(drawn).one("input")
    assert "autofocus" in control
    assert control["autocomplete"] == "username"


@pytest.mark.parametrize(
    ("choices", "is_marked"),
    [
        ([("unknown", "Unknown"), ("female", "Female")], False),
        ([("", "Choose one"), ("nd", "ND")], True),
        ([("Doctors", [("nd", "ND"), ("dc", "DC")])], False),
        ([("Doctors", [("", "Choose one"), ("dc", "DC")])], True),
    ],
)
def test_a_drop_down_is_marked_when_it_waits_for_an_answer(choices: list[object], is_marked: bool) -> None:
    form = forms.Form()
    form.fields["kind"] = forms.ChoiceField(label="Kind", choices=choices)  # type: ignore[arg-type]
    assert ("field-required" in draw('<c-field :field="form.kind" />', form=form)) is is_marked


def test_single_choices_are_radio_buttons_and_several_are_check_boxes() -> None:
    radio = draw('<c-field :field="form.contact" />', form=PersonForm())
    boxes = draw('<c-field :field="form.days" />', form=PersonForm({"days": ["1"]}))
    assert [attrs["class"] for tag, attrs in Elements(radio).found if tag == "input"] == ["radio", "radio"]
    assert Elements(boxes).one("input")["class"] == "checkbox"
    assert "checked" in Elements(boxes).one("input")


def test_a_date_field_says_the_date_in_words() -> None:
    drawn = draw(
        '<c-field :field="form.birth_date" />', form=PersonForm(initial={"birth_date": "1985/03/04"})
    )
    assert 'data-controller="date-echo"' in drawn
    assert Elements(drawn).one("input")["data-date-echo-target"] == "input"


def test_the_error_summary_links_to_the_first_control_of_each_field() -> None:
    links = Elements(draw('<c-error-summary :form="form" />', form=PersonForm({}))).found
    assert [attrs["href"] for tag, attrs in links if tag == "a"] == [
        "#id_email",
        "#id_birth_date",
        "#id_contact_0",
        "#id_terms",
    ]


def test_a_form_without_errors_has_no_summary() -> None:
    assert draw('<c-error-summary :form="form" />', form=PersonForm()).strip() == ""


def test_a_dialog_is_named_by_its_title() -> None:
    drawn = draw('<c-dialog id="profile" title="Patient Profile">x</c-dialog>')
    assert Elements(drawn).one("dialog")["aria-labelledby"] == "profile-title"
    assert '<h2 class="dialog-title" id="profile-title" tabindex="-1">Patient Profile</h2>' in drawn


def test_nothing_leaks_into_a_component_from_the_page() -> None:
    page = {
        "heading": "PAGE",
        "actions": "PAGE",
        "footer": "PAGE",
        "icon": "PAGE",
        "label": "PAGE",
        "title": "PAGE",
    }
    for text in (
        "<c-panel>x</c-panel>",
        "<c-dialog>x</c-dialog>",
        "<c-button>x</c-button>",
        "<c-empty>x</c-empty>",
    ):
        assert "PAGE" not in draw(text, **page)


def test_the_page_for_errors_stands_without_a_request() -> None:
    drawn = render_to_string(
        "ui/error.html", {"error_title": "Something went wrong", "request_id": "0192-abc"}
    )
    assert "<h1>Something went wrong</h1>" in drawn
    assert "0192-abc" in drawn


def test_the_dispensarys_page_for_errors_is_in_its_own_colour(settings) -> None:
    settings.BETONY_SERVER = "dispensary"
    assert 'class="shop"' in render_to_string("ui/error.html", {"error_title": "Something went wrong"})
    settings.BETONY_SERVER = "clinic"
    assert 'class="shop"' not in render_to_string("ui/error.html", {"error_title": "Something went wrong"})
