"""Pages as a person at a browser without scripts meets them: read the form, fill it in, press a button."""

from __future__ import annotations

from html.parser import HTMLParser


class Form:
    """One form of a page: where it goes, what it would send, and its buttons as (name, value)."""

    def __init__(self, action: str) -> None:
        self.action, self.data, self.buttons = action, {}, []

    def send(self, client, *, press: tuple[str, str] | None = None, **changes):
        """Submit the form with changes, by the button `press`."""
        data = self.data | changes | ({press[0]: press[1]} if press else {})
        return client.post(self.action, {name: value for name, value in data.items() if value is not None})

    def rows(self, prefix: str, *rows: dict) -> dict:
        """What the page sends with these rows filled in, each added to what an empty row holds."""
        blank = f"{prefix}-__prefix__-"
        empty = {name.removeprefix(blank): value for name, value in self.data.items() if name.startswith(blank)}
        sent = {f"{prefix}-TOTAL_FORMS": str(len(rows))}
        for number, row in enumerate(rows):
            sent |= {f"{prefix}-{number}-{name}": value for name, value in (empty | row).items()}
        return sent


class _Reader(HTMLParser):
    def __init__(self, address: str) -> None:
        super().__init__()
        self.address, self.forms, self.form = address, [], None
        self.select = self.textarea = None

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        if tag == "form":
            self.form = Form(given.get("action") or self.address)
            self.forms.append(self.form)
        elif self.form is None:
            return
        elif tag == "input" and given.get("name"):
            self._input(given)
        elif tag == "button" and given.get("name"):
            self.form.buttons.append((given["name"], given.get("value", "")))
        elif tag == "textarea":
            self.textarea = given.get("name")
            self.form.data[self.textarea] = ""
        elif tag == "select":
            self.select, self.multiple = given.get("name"), "multiple" in given
            self.form.data[self.select] = [] if self.multiple else None
        elif tag == "option" and self.select:
            self._option(given)

    def _input(self, given):
        kind, name, value = given.get("type", "text"), given["name"], given.get("value", "")
        if kind == "submit":
            self.form.buttons.append((name, value))
        elif kind not in ("checkbox", "radio"):
            self.form.data[name] = value
        elif "checked" in given:
            self.form.data[name] = given.get("value", "on")

    def _option(self, given):
        chosen = self.form.data[self.select]
        if self.multiple and "selected" in given:
            chosen.append(given["value"])
        elif not self.multiple and (chosen is None or "selected" in given):
            self.form.data[self.select] = given.get("value", "")

    def handle_data(self, text):
        if self.textarea:
            self.form.data[self.textarea] += text.removeprefix("\n").removeprefix("\r\n")

    def handle_endtag(self, tag):
        if tag == "form":
            self.form = None
        elif tag == "textarea":
            self.textarea = None
        elif tag == "select":
            self.select = None


def forms(response) -> list[Form]:
    """The forms of a page, in order."""
    reader = _Reader(response.request["PATH_INFO"])
    reader.feed(response.content.decode())
    return reader.forms


def form_at(response, ending: str) -> Form | None:
    """The form of a page that goes to an address with this ending, if there is one."""
    return next((form for form in forms(response) if form.action.endswith(ending)), None)
