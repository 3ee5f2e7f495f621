"""The house lint for templates: what it refuses and what it allows."""

import pytest

from tools import pages

PAGE = "betony/clinic/patients/templates/patients/list.html"
COMPONENT = "betony/kit/ui/templates/cotton/button.html"

REFUSED = [
    ('<p style="color: red"></p>', "style="),
    ('<a onclick="go()"></a>', "onclick="),
    ('<div hx-on:click="go()"></div>', "hx-on"),
    ("<script>go()</script>", "without src"),
    ("<style>p { color: red }</style>", "<style>"),
    ("{{ patient.notes|safe }}", "|safe"),
    ("{{ patient.notes | safe }}", "|safe"),
    ("{% autoescape off %}{{ notes }}{% endautoescape %}", "autoescape"),
    ("<button></button>", "raw <button>"),
    ('<input type="text">', "raw <input>"),
    ("<select></select>", "raw <select>"),
    ("<textarea></textarea>", "raw <textarea>"),
    ("{% blocktranslate %}Press <button>here</button>{% endblocktranslate %}", "raw <button>"),
    ('<a href="javascript:go()"></a>', "javascript"),
    ("<h1>Patients</h1>", "“Patients”"),
    ("<p>{{ count }} patients</p>", "“patients”"),
    ("<title>Patients · {{ practice }}</title>", "“Patients ·”"),
    ('<img alt="A bottle">', "alt="),
    ('<c-button label="Save" />', "label="),
    ("<c-button>Save</c-button>", "“Save”"),
    ('{% url "patients:profile"\n  patient.id %}', "several lines"),
    ("{{ patient.name\n}}", "several lines"),
    ('<form method="post"><c-field :field="form.name" /></form>', "lost with the tab"),
    ('<form method="post"><c-field :field="form.name" /><c-unfinished /></form>', "lost with the tab"),
]

ALLOWED = [
    "<h1>{% translate 'Patients' %}</h1>",
    "<p>{% blocktranslate count n=n %}{{ n }} patient{% plural %}{{ n }} patients{% endblocktranslate %}</p>",
    '<c-button label="{% translate "Save" %}" :disabled="form.is_locked" />',
    "<c-button>{% translate 'Save' %}</c-button>",
    '<input type="hidden" name="next" value="{{ next }}">',
    '<script src="{% static "built/clinic.js" %}" defer></script>',
    "<p>{{ patient.first_name }} · {{ patient.age }}</p>",
    "<p>Betony</p>",
    "{% block narrow_class %}narrow-wide{% endblock %}",
    "<p>&nbsp;&middot;</p>",
    "{# A note for the next reader #}<!-- and another -->",
    "{% comment %}Words for nobody{% endcomment %}",
    '<div data-controller="menu" class="menu" id="actions"></div>',
    '<form method="post"><c-unfinished /><c-field :field="form.name" /></form>',
    '<form method="post" data-unguarded><c-field :field="form.password" /></form>',
    '<form method="post" data-kept="elsewhere"><c-field :field="form.message" /></form>',
    '<form method="get"><c-select name="tag" /></form>',
    '<form method="post"></form><c-field :field="form.name" />',
    '<a {% if is_here %}aria-current="page"{% endif %} href="{% url "patients:list" %}">{{ name }}</a>',
]


@pytest.mark.parametrize(("source", "words"), REFUSED)
def test_what_a_page_must_not_hold_is_found(source, words):
    assert any(words in sentence for _, sentence in pages.check(PAGE, source))


@pytest.mark.parametrize("source", ALLOWED)
def test_a_page_made_as_it_should_be_passes(source):
    assert pages.check(PAGE, source) == []


def test_a_component_may_hold_the_raw_control_it_wraps():
    assert pages.check(COMPONENT, "<button {{ attrs }}>{{ slot }}</button>") == []


def test_the_line_of_a_finding_is_the_line_in_the_file():
    source = "{% comment %}\nwords\n{% endcomment %}\n{% if x %}\n<h1>Patients</h1>\n{% endif %}"
    assert [line for line, _ in pages.check(PAGE, source)] == [5]


def test_a_plain_text_mail_says_nothing_untranslated():
    name = "betony/dispensary/patients/templates/patients/welcome.txt"
    assert pages.check(name, "Welcome, {{ name }}\n") == [
        (1, "text outside translate/blocktranslate: “Welcome,”")
    ]
    assert pages.check(name, "{% blocktranslate %}Welcome, {{ name }}{% endblocktranslate %}\n") == []
