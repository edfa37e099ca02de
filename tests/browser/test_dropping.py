"""Files dropped into the panel in a page, as the file manager and as other programs give them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from view_page import ViewPage

from analysis.panel.dropping import DropView

pytestmark = pytest.mark.slow

ORIGIN = "http://localhost/drop"
LIMITS = {"limits": {"files": 100, "bytes": 1 << 20}, "heads": [], "rows": [], "caption": ""}
WITHOUT_ENTRY = """() => {
  const data = new DataTransfer();
  data.items.add(new File(["Peace talks."], "a.txt", { type: "text/plain" }));
  data.items.add("not a file", "text/plain");
  const event = new DragEvent("drop", { dataTransfer: data, bubbles: true, cancelable: true });
  document.querySelector(".da-drop").dispatchEvent(event);
}"""


@pytest.fixture
def page(visit: Any) -> ViewPage:
    page = visit().context.new_page()  # of an origin: others may not read folders
    page.route(
        ORIGIN, lambda route: route.fulfill(content_type="text/html", body="<title>A</title>")
    )
    page.goto(ORIGIN)
    return ViewPage(page, DropView(data=LIMITS))


def begun(page: ViewPage) -> list[dict[str, Any]]:
    """The files that the page said it would send, when it has sent them."""
    for _ in range(100):
        if any(message["type"] == "end" for message in page.said):
            break
        page.page.wait_for_timeout(50)
    (first,) = [message for message in page.said if message["type"] == "begin"]
    found: list[dict[str, Any]] = first["files"]
    return sorted(found, key=lambda one: str(one["name"]))


def test_a_file_without_a_place_on_disk_is_taken(page):
    page.page.evaluate(WITHOUT_ENTRY)
    assert begun(page) == [{"name": "a.txt", "size": 12}]


def test_files_and_folders_of_the_file_manager_are_taken(page, tmp_path):
    (tmp_path / "more" / "deep").mkdir(parents=True)
    for name in ("a.txt", "more/b.txt", "more/deep/c.txt"):
        Path(tmp_path, name).write_text("Peace.")
    box = page.page.locator(".da-drop").bounding_box()
    assert box is not None
    at = {"x": box["x"] + 5, "y": box["y"] + 5}
    files = [str(tmp_path / "a.txt"), str(tmp_path / "more")]
    data = {"items": [], "files": files, "dragOperationsMask": 1}
    browser = page.page.context.new_cdp_session(page.page)
    for kind in ("dragEnter", "dragOver", "drop"):
        browser.send("Input.dispatchDragEvent", {"type": kind, **at, "data": data})
    names = ["a.txt", "more/b.txt", "more/deep/c.txt"]
    assert begun(page) == [{"name": name, "size": 6} for name in names]
