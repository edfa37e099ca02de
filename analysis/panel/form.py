"""Controls as widgets: one labelled widget for each `Control` of the engine."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from typing import Any

import ipywidgets

from analysis.panel.choices import ChoicesView
from analysis.panel.names import choice, plain
from analysis.tables import InputError

_WIDE = {"width": "auto", "min_width": "14em", "max_width": "28em", "flex": "1 1 14em"}
_SEARCH = {"width": "auto", "min_width": "20em", "max_width": "40em", "flex": "2 1 20em"}
_SMALL = {"width": "auto", "flex": "0 0 auto"}
_NARROW = {"width": "auto", "flex": "0 0 auto", "max_width": "16em"}
_STYLE = {"description_width": "initial"}


def _pairs(choices: Iterable[Any], labels: Mapping[Any, str]) -> list[tuple[str, Any]]:
    """Choices as label and value, no label twice."""
    pairs = [(plain(labels[one]) if one in labels else choice(one), one) for one in choices]
    names = [name for name, _ in pairs]
    return [(n if names.count(n) == 1 else f"{n} ({plain(value)})", value) for n, value in pairs]


class Field:
    """One control: its widget, its value, and who observes that value."""

    def __init__(self, control: Any) -> None:
        self.name: str = control.name
        self.kind: str = control.kind
        self.label = plain(control.label)
        self.when: Mapping[str, tuple[Any, ...]] = control.when
        self._labels: Mapping[Any, str] = control.labels
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
        elif kind == "lines":
            wide = {"width": "100%", "flex": "1 1 100%"}
            lines = ipywidgets.Textarea(
                value=plain(default), placeholder=plain(control.help), rows=8, layout=wide, **named
            )
            self._parts = [lines]
        elif kind == "choice":
            options = _pairs(control.choices, self._labels)
            self._parts = [
                ipywidgets.Dropdown(options=options, value=default, layout=_WIDE, **named)
            ]
        elif kind == "many":
            options = _pairs(control.choices, self._labels)
            self._parts = [ChoicesView(self.label, options, default or (), plain(control.help))]
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

    def on_enter(self, act: Callable[[], None]) -> None:
        """Call `act` when Enter is pressed in a text."""

        def hear(_: Any, content: Any, __: Any) -> None:
            if isinstance(content, dict) and content.get("event") == "submit":
                act()

        self._parts[0].on_msg(hear)

    def hint(self, text: str) -> None:
        """Say in an empty search what it is for."""
        self._parts[0].placeholder = self._parts[0].tooltip = plain(text)

    def show(self, shown: bool) -> None:
        """Show it or hide it."""
        self.widget.layout.display = None if shown else "none"

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
        pairs, box = _pairs(choices, self._labels), self._parts[0]
        if list(box.options) == pairs:
            return
        values, kept = [value for _, value in pairs], self.value
        self._quiet = True
        try:
            if self.kind == "many":
                box.offer(pairs)
            else:
                box.options = pairs
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
        self.own: list[Field] = []
        self.hint = ""  # what the search is for in this tab
        for control in controls:
            if control.group:
                field = shared.get(control.name) or shared.setdefault(control.name, Field(control))
            else:
                field = Field(control)
                self.own.append(field)
            if control.kind == "search" and control.group:
                self.hint = control.help
            self.fields[control.name] = field
        self.widget = ipywidgets.Box(
            [field.widget for field in self.own],
            layout=ipywidgets.Layout(flex_flow="row wrap", align_items="flex-start"),
        )
        self.widget.add_class("da-controls")
        self.show()

    def values(self) -> dict[str, Any]:
        """What is set now, by the names of the controls."""
        return {name: field.value for name, field in self.fields.items()}

    def show(self) -> None:
        """Show the controls that have an effect with what else is set."""
        values = self.values()
        for field in self.fields.values():
            if field.when:
                field.show(all(values.get(name) in known for name, known in field.when.items()))

    def renew(self, controls: Iterable[Any]) -> None:
        """Renew the choices: some follow from what else is set."""
        for control in controls:
            if control.name in self.fields:
                self.fields[control.name].renew(control.choices)

    def set(self, settings: Mapping[str, Any]) -> None:
        """Set several controls; nothing is computed yet."""
        for name, value in settings.items():
            if name not in self.fields:
                known = ", ".join(repr(known) for known in self.fields)
                raise InputError(f"settings has {name!r}, which is not one of {known}.")
            self.fields[name].set_quietly(value)
        self.show()
