// A concordance: one line a hit, the hits on one axis. Only the lines in sight are in the page;
// the others are fetched from Python in blocks when they are scrolled to.

const BLOCK = 200; // lines fetched at once
const CACHED = 60; // blocks that are remembered
const AROUND = 12; // lines drawn above and below those in sight
const TALLEST = 15_000_000; // pixels: a browser draws nothing below about 17 million
const POSITIONS = ["L3", "L2", "L1", "node", "R1", "R2", "R3"];
const NAMES = { node: "Hit" };
const MARKS = { keep: "✓", drop: "✗" };

// Lines and headings of groups as one list of items, of which a group that is closed has only its heading.
class Items {
  constructor(total, groups) {
    this.groups = groups.map((group) => ({ ...group, open: true }));
    this.total = total;
    this.count();
  }

  count() {
    let next = 0;
    for (const group of this.groups) {
      group.item = next;
      next += 1 + (group.open ? group.count : 0);
    }
    this.length = this.groups.length ? next : this.total;
  }

  // The group that an item belongs to.
  group(item) {
    let low = 0;
    let high = this.groups.length - 1;
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if (this.groups[middle].item <= item) low = middle;
      else high = middle - 1;
    }
    return this.groups[low];
  }

  at(item) {
    if (!this.groups.length) return { row: item };
    const group = this.group(item);
    return group.item === item ? { group } : { row: group.from + item - group.item - 1, group };
  }

  // The item of a line; that of its heading where the group is closed.
  find(row) {
    if (!this.groups.length) return row;
    const group = this.groups.findLast((one) => one.from <= row) || this.groups[0];
    return group.open ? group.item + 1 + row - group.from : group.item;
  }
}

// A part of a line, the words that it is sorted by in their colours.
function drawPart(kind, text, spans, side) {
  const part = make("span", { class: kind });
  let at = 0;
  for (const [, from, to, number] of spans.filter((span) => span[0] === side)) {
    part.append(text.slice(at, from), make("span", { class: `da-key da-key-${number}`, text: text.slice(from, to) }));
    at = to;
  }
  part.append(text.slice(at));
  return make("span", { class: `${kind}-side` }, part);
}

function render({ model, el }) {
  let data = {};
  let items = new Items(0, []);
  let blocks = new Map();
  let asked = new Set();
  let drawn = new Map(); // item → its row in the page
  let active = 0;
  let height = 24;
  let box = null;
  let body = null;
  let parts = {};
  let due = false;
  let timer = null;
  let back = null; // what has the focus again when the note is written
  let name = ""; // of this list, from which the names of its rows are made

  // -- lines, where they are known -----------------------------------------------------------

  function line(row) {
    const block = blocks.get(Math.floor(row / BLOCK));
    return block && block[row % BLOCK];
  }

  function remember(from, rows) {
    for (let i = 0; i < rows.length; i += BLOCK) blocks.set((from + i) / BLOCK, rows.slice(i, i + BLOCK));
    while (blocks.size > CACHED) blocks.delete(blocks.keys().next().value);
  }

  function ask(first, last) {
    for (let number = Math.floor(first / BLOCK); number <= Math.floor(last / BLOCK); number += 1) {
      if (blocks.has(number) || asked.has(number)) continue;
      asked.add(number);
      model.send({ type: "rows", key: data.key, turn: data.turn, from: number * BLOCK, to: (number + 1) * BLOCK });
    }
  }

  // -- the part of the list in sight ---------------------------------------------------------

  const tall = () => Math.min(items.length * height, TALLEST);
  // What is scrolled and what is shown differ only where a list is too long for a browser.
  const range = () => Math.max(items.length * height - box.clientHeight, 1);
  const scale = () => (items.length * height > TALLEST ? range() / Math.max(tall() - box.clientHeight, 1) : 1);

  function soon() {
    if (due) return;
    due = true;
    requestAnimationFrame(update);
  }

  function update() {
    due = false;
    if (!box || !box.isConnected) return;
    const top = box.scrollTop * scale();
    const first = Math.max(0, Math.floor(top / height) - AROUND);
    const last = Math.min(items.length, Math.ceil((top + box.clientHeight) / height) + AROUND);
    const wanted = new Set();
    for (let item = first; item < last; item += 1) wanted.add(item);
    if (items.length) wanted.add(active);
    for (const [item, row] of drawn) {
      if (wanted.has(item)) continue;
      row.remove();
      drawn.delete(item);
    }
    const shift = top - box.scrollTop;
    let missing = [];
    for (const item of [...wanted].sort((a, b) => a - b)) {
      const { row, group } = items.at(item);
      const known = row === undefined || line(row);
      let node = drawn.get(item);
      if (!node || (known && node.dataset.empty)) {
        const made = row === undefined ? drawHeading(group, item) : drawLine(row, item);
        if (node) node.replaceWith(made);
        else place(made, item);
        drawn.set(item, made);
        node = made;
      }
      node.style.top = `${item * height - shift}px`;
      if (!known && item >= first && item < last) missing.push(row);
    }
    point();
    clearTimeout(timer);
    // While the list flies by, nothing is fetched that is gone when it comes.
    if (missing.length) timer = setTimeout(() => ask(missing[0], missing.at(-1)), 40);
  }

  // Rows stand in the page in the order of the list, as screen readers expect.
  function place(node, item) {
    const after = [...body.children].find((one) => Number(one.dataset.item) > item);
    body.insertBefore(node, after || null);
  }

  function shell(item, level, more) {
    const node = make("div", { role: "row", id: `${name}-${item}`, "aria-rowindex": item + 1, ...more });
    node.dataset.item = item;
    node.style.height = `${height}px`;
    if (level) node.setAttribute("aria-level", level);
    return node;
  }

  function drawHeading(group, item) {
    const node = shell(item, 1, { class: "da-group", "aria-expanded": String(group.open) });
    const told = `${group.count.toLocaleString("en")} ${group.count === 1 ? "line" : "lines"}`;
    const label = make("bdi", { text: group.label });
    node.append(make("span", { role: "gridcell", class: "da-group-name" }, label, make("span", { class: "da-count", text: ` ${told}` })));
    if (group.about) node.title = group.about;
    return node;
  }

  function drawLine(row, item) {
    const known = line(row);
    const node = shell(item, items.groups.length ? 2 : 0, { class: "da-passage da-line" });
    node.dataset.row = row;
    const cell = (kind, ...inner) => make("span", { role: "gridcell", class: kind }, ...inner);
    if (!known) {
      node.dataset.empty = "1";
      node.append(cell("da-mark-of"), cell("da-meta", "…"), cell("da-line-text"));
      return node;
    }
    const [left, hit, right, where, , mark, spans] = known;
    const sign = mark.mark ? make("span", { class: `da-sign da-sign-${mark.mark}`, text: MARKS[mark.mark], role: "img", "aria-label": mark.mark === "keep" ? "kept" : "dropped" }) : "";
    const label = mark.label || (mark.note ? "note" : "");
    const chip = label ? make("span", { class: "da-chip", text: label, title: mark.note || label }) : "";
    const middle = make("mark", { class: "da-hit" }, drawPart("da-node", hit, spans, "node").firstChild);
    const text = cell("da-line-text", drawPart("da-left", left, spans, "L"), middle, drawPart("da-right", right, spans, "R"));
    text.dir = data.rtl ? "rtl" : "ltr";
    if (mark.mark === "drop") node.classList.add("da-dropped");
    node.append(cell("da-mark-of", sign), cell("da-meta", chip, make("bdi", { text: where, title: about(known) })), text);
    return node;
  }

  // -- the active line -----------------------------------------------------------------------

  function about(known) {
    return data.columns.map((column, i) => `${column}: ${known[4][i]}`).join(" · ");
  }

  function point() {
    for (const [item, row] of drawn) row.setAttribute("aria-selected", String(item === active));
    if (items.length && drawn.has(active)) box.setAttribute("aria-activedescendant", `${name}-${active}`);
    else box.removeAttribute("aria-activedescendant");
    tell();
  }

  // What is known of the active line, and what can be done with it.
  function tell() {
    const { row, group } = items.length ? items.at(active) : {};
    const known = row === undefined ? null : line(row);
    parts.act.hidden = !known;
    if (row === undefined) parts.details.textContent = group ? group.about || group.label : "";
    if (!known) return;
    const { note, label } = known[5];
    const said = [label, note].filter(Boolean).join(": ");
    parts.details.replaceChildren(make("strong", { text: `Line ${(row + 1).toLocaleString("en")}` }), ` · ${about(known)}`);
    if (said) parts.details.append(make("span", { class: "da-said", text: ` · ${said}` }));
    for (const [kind, button] of Object.entries(parts.marks || {})) button.setAttribute("aria-pressed", String(known[5].mark === kind));
  }

  function go(item) {
    if (!items.length) return;
    active = Math.max(0, Math.min(item, items.length - 1));
    const top = box.scrollTop * scale();
    const room = box.clientHeight;
    if (active * height < top) box.scrollTop = (active * height) / scale();
    else if ((active + 1) * height > top + room) box.scrollTop = ((active + 1) * height - room) / scale();
    update();
  }

  const here = () => (items.length ? items.at(active).row : undefined);

  function open() {
    if (here() !== undefined) model.send({ type: "read", key: data.key, turn: data.turn, row: here() });
  }

  function fold(group, wish) {
    if (!group || group.open === wish) return;
    group.open = wish;
    items.count();
    active = group.item;
    for (const row of drawn.values()) row.remove();
    drawn.clear();
    settle();
    go(active);
  }

  function key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target !== box) return;
    const page = Math.max(1, Math.floor(box.clientHeight / height) - 1);
    const { row, group } = items.length ? items.at(active) : {};
    const heading = group && row === undefined;
    const acts = {
      ArrowDown: () => go(active + 1),
      ArrowUp: () => go(active - 1),
      PageDown: () => go(active + page),
      PageUp: () => go(active - page),
      Home: () => go(0),
      End: () => go(items.length - 1),
      Enter: () => (heading ? fold(group, !group.open) : open()),
      " ": () => heading && fold(group, !group.open),
      ArrowRight: () => heading && fold(group, true),
      ArrowLeft: () => group && (heading ? fold(group, false) : go(group.item)),
    };
    if (data.markable) {
      acts.k = () => mark("keep");
      acts.d = () => mark("drop");
      acts.n = () => write();
    }
    const act = acts[event.key.length === 1 ? event.key.toLowerCase() : event.key];
    if (!act) return;
    act();
    event.preventDefault();
    event.stopPropagation();
  }

  // -- marks ---------------------------------------------------------------------------------

  function change(row, more) {
    const known = line(row);
    if (!known) return;
    known[5] = { ...known[5], ...more };
    const node = drawn.get(active);
    if (node) {
      node.remove();
      drawn.delete(active);
    }
    model.send({ type: "mark", key: data.key, turn: data.turn, row, ...known[5] });
    update();
  }

  function mark(kind) {
    const known = here() !== undefined && line(here());
    if (known) change(here(), { mark: known[5].mark === kind ? "" : kind });
  }

  function write() {
    const row = here();
    const known = row !== undefined && line(row);
    if (!known) return;
    back = document.activeElement;
    const field = (kind, text) => {
      const id = nextId("note");
      const input = make("input", { type: "text", id, class: "da-filter", value: known[5][kind] || "", maxlength: 500, autocomplete: "off" });
      return [make("label", { for: id, text }), input];
    };
    const [labelled, label] = field("label", "Label");
    const [noted, note] = field("note", "Note");
    const save = make("button", { type: "submit", text: "Save note" });
    const form = make("form", { class: "da-bar-of-tools" }, labelled, label, noted, note, save);
    const leave = () => {
      form.remove();
      (back && back.isConnected ? back : box).focus();
    };
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      change(row, { label: label.value.trim(), note: note.value.trim() });
      leave();
    });
    form.addEventListener("keydown", (event) => event.key === "Escape" && leave());
    sendOnEnter(form);
    parts.writing.replaceChildren(form);
    label.focus();
  }

  // -- what stands above and below the lines -------------------------------------------------

  function sorter() {
    const group = make("div", { class: "da-positions", role: "group", "aria-label": "Sort by words around the hit: up to three, one after the other" });
    for (const position of POSITIONS) {
      const number = data.sort.indexOf(position) + 1;
      const button = make("button", { type: "button", class: number ? `da-key da-key-${number}` : "da-position", "aria-pressed": String(number > 0) }, NAMES[position] || position);
      if (number) button.append(make("sup", { text: number }));
      button.title = number ? "Sort by it no longer" : "Sort by this word, in a colour of its own";
      button.addEventListener("click", () => {
        const others = data.sort.filter((one) => POSITIONS.includes(one));
        const next = number ? others.filter((one) => one !== position) : [...others.slice(0, 2), position];
        model.send({ type: "sort", key: data.key, by: next });
      });
      button.dataset.position = position;
      group.append(button);
    }
    return group;
  }

  function head() {
    const id = nextId("filter");
    const search = make("input", { type: "search", id, class: "da-filter", autocomplete: "off", value: data.filter });
    let wait = null;
    search.addEventListener("input", () => {
      clearTimeout(wait);
      wait = setTimeout(() => model.send({ type: "filter", key: data.key, text: search.value }), 200);
    });
    parts.search = search;
    parts.count = make("span", { class: "da-count da-lines-count", role: "status", "aria-live": "polite" });
    const save = make("button", { type: "button", class: "da-save-passages", text: "Save lines", title: "Save the lines listed now, in this order, as a bundle with a CSV" });
    save.addEventListener("click", () => model.send({ type: "save", key: data.key }));
    const label = make("label", { for: id, text: "Filter lines" });
    return make("div", { class: "da-bar-of-tools" }, parts.count, label, search, save);
  }

  function foot() {
    parts.details = make("p", { class: "da-details", id: `${name}-details` });
    const button = (text, title, act) => {
      const made = make("button", { type: "button", title }, text);
      made.addEventListener("click", act);
      return made;
    };
    parts.act = make("span", { class: "da-act" }, button("Open text", "Enter: the whole text, at this place", open));
    if (data.markable) {
      parts.marks = { keep: button("✓ Keep", "K on a line", () => mark("keep")), drop: button("✗ Drop", "D on a line", () => mark("drop")) };
      parts.act.append(parts.marks.keep, parts.marks.drop, button("Note …", "N on a line: a label and a note", write));
    }
    parts.writing = make("div");
    return [make("div", { class: "da-foot" }, parts.act, parts.details), parts.writing];
  }

  function settle() {
    body.style.height = `${tall()}px`;
    box.setAttribute("aria-rowcount", items.length);
    box.setAttribute("role", data.groups.length ? "treegrid" : "grid");
  }

  function count() {
    const lines = (n) => `${n.toLocaleString("en")} ${n === 1 ? "line" : "lines"}`;
    const texts = `${data.texts.toLocaleString("en")} ${data.texts === 1 ? "text" : "texts"}`;
    const some = data.total < data.all ? `${data.total.toLocaleString("en")} of ${lines(data.all)}` : lines(data.total);
    parts.count.textContent = `${some} of ${texts}.`;
  }

  function draw() {
    const old = data;
    data = model.get("data") || {};
    const same = box && box.isConnected && data.columns && old.key === data.key && old.title === data.title;
    blocks = new Map();
    asked = new Set();
    drawn.clear();
    clearTimeout(timer);
    if (!data.columns) {
      el.replaceChildren();
      box = null;
      return;
    }
    items = new Items(data.total, data.groups);
    active = 0;
    remember(0, data.rows);
    if (!same) build();
    else {
      const focused = document.activeElement && document.activeElement.dataset.position;
      parts.sorter.replaceWith((parts.sorter = sorter()));
      if (focused) parts.sorter.querySelector(`[data-position="${focused}"]`).focus();
    }
    body.replaceChildren();
    box.style.height = `${Math.min(16, Math.max(items.length, 3)) * height + 2}px`;
    box.scrollTop = 0;
    parts.note.textContent = data.note;
    count();
    settle();
    update();
  }

  // A new concordance: all around the lines is made anew, too.
  function build() {
    name = nextId("lines");
    parts = {};
    const id = `${name}-title`;
    parts.note = make("p", { class: "da-none" });
    parts.sorter = sorter();
    body = make("div", { class: "da-lines-all", role: "rowgroup" });
    box = make("div", { class: "da-scroll da-lines", tabindex: "0", "aria-labelledby": id, "aria-describedby": `${name}-details` }, body);
    const title = make("div", { class: "da-heading", id }, make("bdi", { text: data.title }));
    const top = make("div", { class: "da-lines-head" }, make("span"), make("span", { class: "da-where-head", text: data.where }), parts.sorter);
    el.classList.add("da-kwic");
    el.replaceChildren(title, head(), top, box, ...foot(), parts.note);
    box.addEventListener("scroll", soon, { passive: true });
    box.addEventListener("keydown", key);
    box.addEventListener("click", click);
    new ResizeObserver(soon).observe(box);
    height = Math.round(1.75 * parseFloat(getComputedStyle(box).fontSize)) || 24;
    if (data.near) requestAnimationFrame(() => box && el.scrollIntoView({ block: "nearest" }));
  }

  function click(event) {
    const node = event.target.closest('[role="row"]');
    if (!node || !body.contains(node)) return;
    active = Number(node.dataset.item);
    const { row, group } = items.at(active);
    if (row === undefined) return fold(group, !group.open);
    point();
    if (event.target.closest(".da-line-text") && (!window.getSelection() || window.getSelection().isCollapsed)) open();
  }

  model.on("msg:custom", (message) => {
    if (!message || !box) return;
    if (message.type === "rows" && message.turn === data.turn) {
      remember(message.from, message.rows);
      update();
    } else if (message.type === "focus") {
      box.focus();
      if (Number.isInteger(message.row)) go(items.find(message.row));
    }
  });
  model.on("change:data", draw);
  draw();
}

export default { render };
