// What all views share. Text goes into the page as text (textContent) and in no other way.

function make(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name === "text") node.textContent = value;
    else if (value === true) node.setAttribute(name, "");
    else if (value !== false && value !== null && value !== undefined) node.setAttribute(name, value);
  }
  node.append(...children);
  return node;
}

// A notebook in command mode takes arrows and Enter for itself, before a view hears of them.
// Inside the panel they are the panel's; combinations such as Ctrl+S stay the notebook's.
function keepKeys(event) {
  const target = event.target instanceof Element ? event.target : null;
  const panel = target && target.closest(".da-panel");
  if (!panel) return;
  const theirs = event.ctrlKey || event.metaKey || event.altKey || (event.shiftKey && event.key === "Enter");
  panel.toggleAttribute("data-lm-suppress-shortcuts", !theirs);
}
if (!window.daExploreKeys) {
  window.daExploreKeys = true;
  window.addEventListener("keydown", keepKeys, true);
}

// Number of the next name, so that labels and what they label can find each other.
function nextId(kind) {
  window.daExploreId = (window.daExploreId || 0) + 1;
  return `da-${kind}-${window.daExploreId}`;
}

// A notebook keeps Enter from sending a form.
function sendOnEnter(form) {
  form.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !event.target.matches("input")) return;
    event.preventDefault();
    event.stopPropagation();
    form.requestSubmit();
  });
}

const collator = new Intl.Collator(undefined, { numeric: true });

function compare(a, b) {
  if (a === null || b === null) return (a === null) - (b === null);
  return typeof a === "number" && typeof b === "number" ? a - b : collator.compare(String(a), String(b));
}

// Order of the rows by one column; what is missing comes last, ties stay as they were.
function order(count, value, direction) {
  const numbers = Array.from({ length: count }, (_, i) => i);
  return numbers.sort((i, j) => {
    const a = value(i);
    const b = value(j);
    if (a === null || b === null) return compare(a, b) || i - j;
    return direction * compare(a, b) || i - j;
  });
}

// Move the focus about a table with the keyboard: one cell at a time is in the order of tabs.
class Grid {
  constructor(table, choose) {
    this.table = table;
    this.choose = choose;
    table.addEventListener("keydown", (event) => (event.target.closest("thead") ? this.headKey(event) : this.key(event)));
    table.addEventListener("click", (event) => {
      const cell = event.target.closest("[data-cell]");
      if (!cell || !table.contains(cell)) return;
      this.focus(cell);
      if (!window.getSelection() || window.getSelection().isCollapsed) this.choose(cell);
    });
    table.addEventListener("focusin", (event) => {
      const cell = event.target.closest("[data-cell]");
      if (cell) this.enter(cell);
    });
  }

  rows() {
    return [...this.table.tBodies[0].rows].filter((row) => !row.hidden);
  }

  // The one cell that Tab leads to.
  enter(cell) {
    for (const other of this.table.querySelectorAll('tbody [tabindex="0"]')) other.tabIndex = -1;
    cell.tabIndex = 0;
  }

  settle() {
    const rows = this.rows();
    const known = this.table.querySelector('tbody tr:not([hidden]) [tabindex="0"]');
    if (known || !rows.length) return;
    const chosen = rows.find((row) => row.getAttribute("aria-selected") === "true");
    const cell = (chosen || rows[0]).querySelector("[data-cell]");
    if (cell) this.enter(cell);
  }

  focus(cell) {
    this.enter(cell);
    cell.focus({ preventScroll: true });
    const box = this.table.parentElement;
    const row = cell.parentElement;
    const head = this.table.tHead.offsetHeight;
    if (row.offsetTop - head < box.scrollTop) box.scrollTop = row.offsetTop - head;
    const below = row.offsetTop + row.offsetHeight - box.clientHeight;
    if (below > box.scrollTop) box.scrollTop = below;
    const name = row.querySelector(".da-name"); // stays in sight at the left
    if (cell === name) return;
    const before = cell.offsetLeft - (name ? name.offsetWidth : 0);
    const after = cell.offsetLeft + cell.offsetWidth - box.clientWidth;
    if (before < box.scrollLeft || cell.offsetWidth > box.clientWidth) box.scrollLeft = before;
    else if (after > box.scrollLeft) box.scrollLeft = after;
  }

  // From heading to heading, and down into the rows; no arrow leaves the table.
  headKey(event) {
    const heads = [...this.table.tHead.querySelectorAll("button")];
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    const there = heads[heads.indexOf(event.target) + (step || 0)];
    if (!step && event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
    if (step && there) there.focus();
    const first = this.table.querySelector('tbody tr:not([hidden]) [tabindex="0"]');
    if (event.key === "ArrowDown" && first) this.focus(first);
    event.preventDefault();
    event.stopPropagation();
  }

  key(event) {
    const cell = event.target.closest("[data-cell]");
    if (!cell || event.ctrlKey || event.metaKey || event.altKey) return;
    const rows = this.rows();
    const cells = [...cell.parentElement.querySelectorAll("[data-cell]")];
    let row = rows.indexOf(cell.parentElement);
    let column = cells.indexOf(cell);
    const page = 10;
    const moves = {
      ArrowDown: () => (row += 1),
      ArrowUp: () => (row -= 1),
      ArrowRight: () => (column += 1),
      ArrowLeft: () => (column -= 1),
      PageDown: () => (row += page),
      PageUp: () => (row -= page),
      Home: () => (row = 0),
      End: () => (row = rows.length - 1),
    };
    if (event.key === "Enter" || event.key === " ") this.choose(cell);
    else if (moves[event.key]) {
      moves[event.key]();
      row = Math.max(0, Math.min(row, rows.length - 1));
      const there = [...rows[row].querySelectorAll("[data-cell]")];
      this.focus(there[Math.max(0, Math.min(column, there.length - 1))]);
    } else return;
    event.preventDefault();
    event.stopPropagation();
  }
}

// Headings that sort: a button in each, the direction said by aria-sort.
function sortHeads(labels, sorted) {
  const heads = labels.map(({ label, name, kind }, i) => {
    const button = make("button", { type: "button", class: "da-sort", title: name || label, text: label });
    const head = make("th", { scope: "col", role: "columnheader", class: `da-${kind || "plain"}` }, button);
    head.dataset.column = name || label;
    button.addEventListener("click", () => {
      const down = head.getAttribute("aria-sort") === "descending";
      const first = kind === "number" ? -1 : 1;
      const direction = head.hasAttribute("aria-sort") ? (down ? 1 : -1) : first;
      for (const other of heads) other.removeAttribute("aria-sort");
      head.setAttribute("aria-sort", direction > 0 ? "ascending" : "descending");
      sorted(i, direction);
    });
    return head;
  });
  return heads;
}
