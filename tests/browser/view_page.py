"""A view of the panel in a page of its own: its module, and this process in the kernel's place."""

from __future__ import annotations

import json
from typing import Any

# What anywidget gives a module: the traits of the model, messages, and a place in the page
PAGE = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>A view</title></head>
<body style="margin:8px"><main class="da-panel"><div id="view"></div></main></body></html>"""
START = """async ({ source, traits, kinds }) => {
  const heard = {};
  const on = (kind, act) => (heard[kind] = heard[kind] || []).push(act);
  const model = {
    get: (name) => traits[name],
    on,
    send: (message) => window.tell(message).then((told) => told.forEach(window.hear)),
  };
  window.hear = ([kind, content]) => {
    if (kind === "data") traits.data = content;
    const event = kind === "data" ? "change:data" : "msg:custom";
    for (const act of heard[event] || []) act(content);
  };
  const address = URL.createObjectURL(new Blob([source], { type: "text/javascript" }));
  (await import(address)).default.render({ model, el: document.getElementById("view") });
}"""


class ViewPage:
    """A page with one view.

    Parameters
    ----------
    page : playwright.sync_api.Page
    view : anywidget.AnyWidget
        What it sends is given to the page, what the page sends to it.
    """

    def __init__(self, page: Any, view: Any) -> None:
        self.page, self.view = page, view
        self.said: list[dict[str, Any]] = []
        self._out: list[tuple[str, Any]] = []
        view.observe(lambda change: self._out.append(("data", change["new"])), names="data")
        view.send = lambda content, *_: self._out.append(("message", content))
        page.set_content(PAGE)
        page.add_style_tag(content=str(view._css))
        page.expose_function("tell", self._hear)
        traits = json.loads(json.dumps({"data": view.data}))
        page.evaluate(START, {"source": str(view._esm), "traits": traits})

    def _hear(self, message: dict[str, Any]) -> list[tuple[str, Any]]:
        """Take a message of the page and answer it."""
        self.said.append(message)
        self.view.receive(message)
        return self._take()

    def _take(self) -> list[tuple[str, Any]]:
        out, self._out = json.loads(json.dumps(self._out)), []
        return out  # type: ignore[no-any-return]

    def renew(self) -> None:
        """Give the page what was sent to it without being asked."""
        for sent in self._take():
            self.page.evaluate("(sent) => window.hear(sent)", sent)
