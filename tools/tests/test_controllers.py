"""The lint for JavaScript finds markup made of text, and names that lead nowhere."""

import pytest

from tools import controllers


@pytest.mark.parametrize(
    "line",
    [
        "element.innerHTML = name;",
        'list.insertAdjacentHTML("beforeend", row);',
        "document.write(text);",
        "eval(text);",
        'new Function("return 1")',
        'element.setAttribute("style", "color: red");',
    ],
)
def test_text_that_becomes_markup_or_code_is_found(line):
    assert list(controllers.check_script(line))


@pytest.mark.parametrize(
    "line", ["element.textContent = name;", 'swap: "innerHTML",', "if (a.innerHTML === b) return;"]
)
def test_reading_and_naming_are_left_alone(line):
    assert list(controllers.check_script(line)) == []


def test_a_template_names_its_controllers_and_actions():
    source = (
        '<div data-controller="menu {% if wide %}sticky-head{% endif %}">\n'
        '<a data-action="keydown->menu#navigate click->menu#chosen"></a>'
    )
    assert list(controllers.names_used(source)) == [
        (1, "menu", ""),
        (1, "sticky-head", ""),
        (2, "menu", "navigate"),
        (2, "menu", "chosen"),
    ]
