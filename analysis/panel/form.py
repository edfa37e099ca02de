"""Controls as widgets: one labelled widget for each `Control` of the engine."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from typing import Any

import ipywidgets

from analysis.panel.views import HEADINGS, plain
from analysis.tables import InputError

_WIDE = ipywidgets.Layout(width="auto", min_width="14em", max_width="28em", flex="1 1 14em")
_SEARCH = ipywidgets.Layout(width="auto", min_width="20em", max_width="40em", flex="2 1 20em")
_LIST = ipywidgets.Layout(width="auto", min_width="16em", max_width="34em", flex="1 1 16em")
_SMALL = ipywidgets.Layout(width="auto", flex="0 0 auto")
_NARROW = ipywidgets.Layout(width="auto", flex="0 0 auto", max_width="16em")
_STYLE = {"description_width": "initial"}


def _pairs(choices: Iterable[Any]) -> list[tuple[str, Any]]:
    """Choices as label and value; a choice may be such a pair already."""
    pairs = []
    for choice in choices:
        both = isinstance(choice, tuple) and len(choice) == 2
        label, value = choice if both else (choice, choice)
        pairs.append((HEADINGS.get(label) or plain(label) or "(none)", value))
    return pairs


class Field:
    """One control: its widget, its value, and who observes that value."""

    def __init__(self, control: Any) -> None:
        self.name: str = control.name
        self.kind: str = control.kind
        self.label = plain(control.label)
        self._make(control)
        self.default = self.value
        self._quiet = False

    def _make(self, control: Any) -> None:
        """Make the widget of this kind of control."""
        shared = {"style": _STYLE, "tooltip": plain(control.help) or self.label}
        named = {"description": self.label, **shared}
        default, kind = control.default, self.kind
        self._parts: list[ipywidgets.Widget]
        if kind == "search":
            box = ipywidgets.Combobox(
                value=plain(default), placeholder=plain(control.help), layout=_SEARCH, **named
            )
            self._parts = [box]
        elif kind == "text":
            text = ipywidgets.Text(
                value=plain(default), placeholder=plain(control.help), layout=_SEARCH, **named
            )
            self._parts = [text]
        elif kind == "choice":
            options = _pairs(control.choices)
            self._parts = [
                ipywidgets.Dropdown(options=options, value=default, layout=_WIDE, **named)
            ]
        elif kind == "many":
            options = _pairs(control.choices)
            rows = max(2, min(len(options), 6))
            chosen = tuple(default or ())
            self._parts = [
                ipywidgets.SelectMultiple(
                    options=options, value=chosen, rows=rows, layout=_LIST, **named
                )
            ]
        elif kind == "number":
            make = ipywidgets.FloatText if isinstance(default, float) else ipywidgets.IntText
            self._parts = [make(value=default, layout=_SMALL, **named)]
        elif kind == "flag":
            self._parts = [
                ipywidgets.Checkbox(value=bool(default), indent=False, layout=_NARROW, **named)
            ]
        elif kind == "dates":
            low, high = default or ("", "")
            ends = ((f"{self.label} from", low), ("to", high))
            self._parts = [
                ipywidgets.DatePicker(value=_date(day), description=text, layout=_NARROW, **shared)
                for text, day in ends
            ]
        else:
            raise ValueError(f"there is no widget for a control of kind {kind!r}")
        several = len(self._parts) > 1
        self.widget = ipywidgets.HBox(self._parts) if several else self._parts[0]

    @property
    def value(self) -> Any:
        """What is set now, as the engine expects it."""
        if self.kind == "dates":
            return tuple(part.value.isoformat() if part.value else "" for part in self._parts)
        value = self._parts[0].value
        return list(value) if self.kind == "many" else value

    @value.setter
    def value(self, value: Any) -> None:
        try:
            if self.kind == "dates":
                for part, day in zip(self._parts, value, strict=True):
                    part.value = _date(day)
            elif self.kind == "many":
                self._parts[0].value = (value,) if isinstance(value, str) else tuple(value)
            else:
                self._parts[0].value = value
        except Exception as error:  # traitlets and ipywidgets raise several kinds
            raise InputError(f"{self.name}={value!r} cannot be set; {self._choices()}.") from error

    def _choices(self) -> str:
        if self.kind in ("choice", "many"):
            known = [repr(value) for _, value in self._parts[0].options]
            return f"choose from {', '.join(known[:12])}{' …' if len(known) > 12 else ''}"
        kinds = {"dates": "pass two dates like ('2024-05-01', '')", "flag": "pass True or False"}
        kinds["number"] = "pass a number"
        return kinds.get(self.kind, "pass a text")

    def observe(self, changed: Callable[[Field], None]) -> None:
        """Call `changed` with this field whenever its value was changed."""

        def report(_: Any) -> None:
            if not self._quiet:
                changed(self)

        for part in self._parts:
            part.observe(report, names="value")

    def set_quietly(self, value: Any) -> None:
        """Set the value; no observer is called."""
        self._quiet = True
        try:
            self.value = value
        finally:
            self._quiet = False

    def renew(self, choices: Iterable[Any]) -> None:
        """Offer other choices; keep what is set where it is still among them."""
        if self.kind not in ("choice", "many"):
            return
        pairs, box = _pairs(choices), self._parts[0]
        if list(box.options) == pairs:
            return
        values, kept = [value for _, value in pairs], self.value
        self._quiet = True
        try:
            box.options = pairs
            if self.kind == "many":
                box.value = tuple(value for value in kept if value in values)
            else:
                box.value = kept if kept in values else self.default
        finally:
            self._quiet = False

    def offer(self, words: Sequence[str]) -> None:
        """Offer completions of the last word of a search; what stands before it is kept."""
        written = self.value
        cut = max(written.rfind(","), written.rfind(" ")) + 1
        kept = written[:cut] + (" " if written[:cut].endswith(",") else "")
        self._parts[0].options = tuple(kept + plain(word) for word in words)

    def last_word(self) -> str:
        """The word of a search that is being typed."""
        written = str(self.value)
        return written[max(written.rfind(","), written.rfind(" ")) + 1 :]


def _date(value: Any) -> date | None:
    return date.fromisoformat(str(value)[:10]) if value else None


class Form:
    """The controls of one tab, in their order; fields that another tab has made are shared."""

    def __init__(self, controls: Iterable[Any], shared: dict[str, Field]) -> None:
        self.fields: dict[str, Field] = {}
        own = []
        for control in controls:
            if control.group == "filter":
                field = shared.get(control.name) or shared.setdefault(control.name, Field(control))
            else:
                field = Field(control)
                own.append(field)
            self.fields[control.name] = field
        self.own = own
        self.widget = ipywidgets.Box(
            [field.widget for field in own],
            layout=ipywidgets.Layout(flex_flow="row wrap", align_items="flex-start"),
        )
        self.widget.add_class("da-controls")

    def values(self) -> dict[str, Any]:
        """What is set now, by the names of the controls."""
        return {name: field.value for name, field in self.fields.items()}

    def renew(self, controls: Iterable[Any]) -> None:
        """Renew the choices: some follow from what else is set."""
        for control in controls:
            if control.name in self.fields:
                self.fields[control.name].renew(control.choices)

    def set(self, settings: dict[str, Any]) -> None:
        """Set several controls; nothing is computed yet."""
        for name, value in settings.items():
            if name not in self.fields:
                known = ", ".join(repr(known) for known in self.fields)
                raise InputError(f"settings has {name!r}, which is not one of {known}.")
            self.fields[name].set_quietly(value)
