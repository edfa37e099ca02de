// The passages behind a number: one line each, the hit in the middle, sorted and filtered here.

const lastWord = (text) => text.trim().split(/\s+/).reverse().join(" ");

function drawPassage([left, node, right, known], i, long) {
  const row = make("tr", { class: "da-passage", "aria-selected": "false" });
  row.dataset.row = i;
  const cell = (kind, text) => {
    const hit = kind.startsWith("da-node");
    const inner = hit ? make("mark", { class: "da-hit", text }) : make("bdi", { text });
    return make("td", { class: kind, role: "gridcell", tabindex: "-1", "data-cell": true }, inner);
  };
  const [first, ...others] = known.map((text, j) => cell(long[j] && j ? "da-meta da-long" : "da-meta", text));
  row.append(first, cell("da-left", left), cell(node.length > 40 ? "da-node da-long" : "da-node", node), cell("da-right", right), ...others);
  return row;
}

function render({ model, el }) {
  let table = null;
  let grid = null;
  let count = null;
  let data = {};

  function visible() {
    return [...table.tBodies[0].rows].filter((row) => !row.hidden).map((row) => Number(row.dataset.row));
  }

  function tell() {
    const all = data.rows.length;
    const here = visible().length;
    count.textContent = here === all ? `${all} ${all === 1 ? "passage" : "passages"}.` : `${here} of ${all} passages.`;
  }

  function filter(text) {
    const words = text.toLocaleLowerCase().split(/\s+/).filter(Boolean);
    for (const row of table.tBodies[0].rows) {
      const [left, node, right, known] = data.rows[Number(row.dataset.row)];
      const all = [...known, `${left}${node}${right}`].join(" ").toLocaleLowerCase();
      row.hidden = !words.every((word) => all.includes(word));
    }
    tell();
    grid.settle();
  }

  function sort(column, direction) {
    const value = (i) => {
      const [left, node, right, known] = data.rows[i];
      const parts = [known[0], lastWord(left), node, right.trim(), ...known.slice(1)];
      return parts[column].toLocaleLowerCase() || null;
    };
    const body = table.tBodies[0];
    const byNumber = [...body.rows].sort((a, b) => a.dataset.row - b.dataset.row);
    body.append(...order(byNumber.length, value, direction).map((i) => byNumber[i]));
  }

  function choose(cell) {
    for (const row of table.tBodies[0].rows) {
      row.setAttribute("aria-selected", String(row === cell.parentElement));
      for (const each of row.children) each.setAttribute("aria-selected", String(each === cell));
    }
    model.send({ type: "read", key: data.key, row: Number(cell.parentElement.dataset.row) });
  }

  function head() {
    const id = nextId("filter");
    const box = make("input", { type: "search", id, class: "da-filter", autocomplete: "off" });
    box.addEventListener("input", () => filter(box.value));
    count = make("span", { class: "da-count", role: "status", "aria-live": "polite" });
    const save = make("button", { type: "button", class: "da-save-passages", text: "Save passages" });
    save.title = "Save the passages listed now, in this order, as a bundle with a CSV";
    save.addEventListener("click", () => model.send({ type: "save", key: data.key, rows: visible() }));
    const label = make("label", { for: id, text: "Filter passages" });
    return make("div", { class: "da-bar-of-tools" }, label, box, count, save);
  }

  function draw() {
    data = model.get("data") || {};
    el.replaceChildren();
    table = null;
    if (!data.rows) return;
    const id = nextId("title");
    const title = make("div", { class: "da-heading", id }, make("bdi", { text: data.title }));
    if (!data.rows.length) {
      el.append(title, make("p", { class: "da-none", text: "No passage was found behind this number." }));
      return;
    }
    const [first, ...others] = data.columns.map((label) => ({ label, kind: "meta" }));
    const context = [["Left", "left"], ["Hit", "node"], ["Right", "right"]].map(([label, kind]) => ({ label, kind }));
    const heads = sortHeads([first, ...context, ...others], sort);
    const long = data.columns.map((_, j) => data.rows.some((row) => row[3][j].length > 24));
    table = make("table", { class: "da-passages", role: "grid", "aria-labelledby": id });
    table.append(make("thead", { role: "rowgroup" }, make("tr", { role: "row" }, ...heads)));
    table.append(make("tbody", { role: "rowgroup" }, ...data.rows.map((row, i) => drawPassage(row, i, long))));
    grid = new Grid(table, choose);
    el.append(title, head(), make("div", { class: "da-scroll da-passages-box" }, table));
    if (data.note) el.append(make("p", { class: "da-none", text: data.note }));
    tell();
    grid.settle();
    requestAnimationFrame(() => table && el.scrollIntoView({ block: "nearest" }));
  }

  model.on("change:data", draw);
  draw();
}

export default { render };
