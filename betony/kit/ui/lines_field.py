"""The form field for text of several lines."""

from typing import Any

from django import forms


def plain_line_ends(text: str) -> str:
    """Return the text with one character at the end of each line, as people count it.

    Browsers show and count one, and send two (CR, LF) with a form.
    """
    return text.replace("\r\n", "\n").replace("\r", "\n")


class LinesField(forms.CharField):
    """Text of several lines. A line end counts as the one character it looks like.

    The browser is not told how long it may be: it would cut what is pasted, and say nothing.
    """

    def __init__(self, *, rows: int = 3, autocomplete: str = "", **options: Any) -> None:
        attrs = {"rows": rows} | ({"autocomplete": autocomplete} if autocomplete else {})
        super().__init__(widget=forms.Textarea(attrs=attrs), **options)

    def to_python(self, value: Any) -> Any:
        text = super().to_python(value)
        return plain_line_ends(text) if text else text

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return {name: value for name, value in super().widget_attrs(widget).items() if name != "maxlength"}
