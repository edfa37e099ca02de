"""A page opened in Chromium with the network shut, and everything it complains of."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

HERE = ("localhost", "127.0.0.1", "[::1]", "::1")
SECONDS = 20_000  # milliseconds that an element may take to appear
OWN_SCHEMES = ("file", "data", "blob", "about", "chrome-error")

# What lies wider than the window, or is cut off, apart from parts that scroll by themselves
CLIPPED = """() => {
  const width = document.documentElement.clientWidth, faults = [];
  if (document.documentElement.scrollWidth > width + 1)
    faults.push(`the page is ${document.documentElement.scrollWidth} wide, the window ${width}`);
  const scrolls = (e) => /auto|scroll/.test(getComputedStyle(e).overflowX);
  for (const e of document.body.querySelectorAll("*")) {
    if (e.closest("svg") && e.localName !== "svg") continue;
    const box = e.getBoundingClientRect(), style = getComputedStyle(e);
    if (!box.width || !box.height || style.visibility === "hidden") continue;
    let holder = e.parentElement, inside = scrolls(e);
    for (; holder && !inside; holder = holder.parentElement) inside = scrolls(holder);
    const name = `<${e.localName} class="${e.getAttribute("class") || ""}"> ` +
      (e.textContent || "").trim().slice(0, 40);
    if (!inside && box.right > width + 1 && box.left >= 0) faults.push(`beyond the edge: ${name}`);
    if (/hidden|clip/.test(style.overflowX) && e.scrollWidth > e.clientWidth + 2 &&
        style.position !== "absolute" && style.textOverflow !== "ellipsis" && box.width > 2)
      faults.push(`cut off: ${name}`);
  }
  return faults.slice(0, 12);
}"""

# The element that has the focus: its place, what it is, and whether its focus can be seen
FOCUSED = """() => {
  const e = document.activeElement, box = e.getBoundingClientRect(), style = getComputedStyle(e);
  const all = [...document.querySelectorAll("*")];
  return {
    order: all.indexOf(e), tag: e.localName, role: e.getAttribute("role"),
    text: (e.getAttribute("aria-label") || e.textContent || "").trim().slice(0, 60),
    outlined: style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 1,
    shadowed: style.boxShadow !== "none",
    visible: box.width > 0 && box.height > 0 && box.right > 0 && box.left < innerWidth,
    top: box.top, bottom: box.bottom, height: innerHeight,
  };
}"""


class Visit:
    """A browser window for one test.

    Parameters
    ----------
    context : playwright.sync_api.BrowserContext
        Its requests that leave this machine are refused, and remembered.
    expected : str
        A pattern of console errors that are not ours.
    """

    def __init__(self, context: Any, expected: str = "") -> None:
        self.context = context
        self.expected = expected
        self.refused: list[str] = []
        self.errors: list[str] = []
        context.set_default_timeout(SECONDS)
        context.route("**/*", self._let_through)
        context.on("page", self._listen)
        self.page = context.new_page()

    def _let_through(self, route: Any) -> None:
        address = urlsplit(route.request.url)
        if address.scheme in OWN_SCHEMES or address.hostname in HERE:
            route.continue_()
        else:
            self.refused.append(route.request.url)
            route.abort()

    def _listen(self, page: Any) -> None:
        page.on("pageerror", lambda error: self._note(f"script: {error}"))
        page.on("console", self._heard)
        page.on("dialog", self._dialog)

    def _dialog(self, dialog: Any) -> None:
        if dialog.type == "beforeunload":  # a page that is left with unsaved work
            dialog.accept()
            return
        self._note(f"dialog: {dialog.message}")
        dialog.dismiss()

    def _heard(self, message: Any) -> None:
        if message.type == "error":
            self._note(f"console: {message.text} ({message.location.get('url', '')})")

    def _note(self, text: str) -> None:
        if not (self.expected and re.search(self.expected, text)):
            self.errors.append(text)

    def open(self, path: Path | str, anchor: str = "") -> Any:
        """Open a file, or an address on this machine."""
        address = path.resolve().as_uri() if isinstance(path, Path) else path
        self.page.goto(address + anchor, wait_until="load")
        return self.page

    def require_quiet(self) -> None:
        """Fail if the page asked for anything elsewhere, or complained."""
        assert not self.refused, f"asked the network: {self.refused[:5]}"
        assert not self.errors, f"errors in the console: {self.errors[:5]}"


def violations(page: Any, *, within: str = "", rules: tuple[str, ...] = ()) -> list[str]:
    """What axe-core finds that is serious or critical, in words: by all rules, or by some."""
    from axe_playwright_python.sync_playwright import Axe

    options = {
        "resultTypes": ["violations"],
        "preload": False,
        **({"runOnly": list(rules)} if rules else {}),
    }
    found = Axe().run(page, context=within or None, options=options)
    told = []
    for one in found.response["violations"]:
        if one["impact"] in ("serious", "critical"):
            where = "; ".join(str(node["html"])[:160] for node in one["nodes"][:4])
            told.append(f"{one['id']} ({one['impact']}, {len(one['nodes'])}×): {where}")
    return told


def press_through(page: Any, presses: int, key: str = "Tab") -> list[dict[str, Any]]:
    """Where the focus goes when Tab is pressed again and again."""
    seen = []
    for _ in range(presses):
        page.keyboard.press(key)
        seen.append(page.evaluate(FOCUSED))
    return seen
