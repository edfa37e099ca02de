"use strict";
(function () {
  // Older browsers do not open what an address leads into.
  function reveal() {
    var target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (!target) return;
    for (var part = target; part; part = part.parentElement)
      if (part.tagName === "DETAILS") part.open = true;
    target.scrollIntoView();
  }
  addEventListener("hashchange", reveal);
  if (location.hash) reveal();

  function filter(passages, number) {
    var row = document.createElement("p"), label = document.createElement("label");
    var input = document.createElement("input"), told = document.createElement("span");
    var items = Array.from(passages.querySelectorAll("li"));
    var lists = Array.from(passages.querySelectorAll("details"));
    row.className = "filter";
    input.type = "search";
    input.id = "filter-" + number;
    label.htmlFor = input.id;
    label.textContent = "Only passages with";
    told.setAttribute("role", "status");
    row.append(label, input, told);
    passages.querySelector("summary").after(row);
    var waiting;
    input.addEventListener("input", function () {
      clearTimeout(waiting);
      waiting = setTimeout(function () {
        var wanted = input.value.trim().toLowerCase(), kept = 0;
        items.forEach(function (item) {
          item.hidden = wanted !== "" && !item.textContent.toLowerCase().includes(wanted);
          if (!item.hidden) kept += 1;
        });
        lists.forEach(function (list) {
          list.hidden = !list.querySelector("li:not([hidden])");
          list.open = wanted !== "" && !list.hidden;
        });
        told.textContent = wanted === "" ? "" : kept + " of " + items.length + " passages";
      }, 150);
    });
  }
  document.querySelectorAll("details.passages").forEach(filter);
})();
