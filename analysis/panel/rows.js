// The table of results: names, numbers, bars with their intervals. A row or a cell can be chosen.

const BLACK = /^(#000000|black)$/i; // cannot be seen on dark ground

function drawBar(bar, scale, asked, colour) {
  const [value, low, high] = bar;
  const place = (x) => (100 * (x - scale[0])) / (scale[1] - scale[0]);
  const box = make("span", { class: "da-bar", "aria-hidden": "true" });
  if (value === null) return box;
  if (colour) box.style.setProperty("--da-own", BLACK.test(colour) ? "var(--da-ink)" : colour);
  const zero = place(0);
  const end = place(value);
  const fill = make("span", { class: value < 0 ? "da-fill da-below" : "da-fill" });
  if (asked && (low === null || high === null)) fill.classList.add("da-hollow");
  fill.style.left = `${Math.min(zero, end)}%`;
  fill.style.width = `${Math.abs(end - zero)}%`;
  box.append(fill);
  if (low !== null && high !== null) {
    const whisker = make("span", { class: "da-whisker" });
    whisker.style.left = `${place(low)}%`;
    whisker.style.width = `${Math.max(place(high) - place(low), 0)}%`;
    box.append(whisker);
  }
  if (scale[0] < 0) {
    const axis = make("span", { class: "da-zero" });
    axis.style.left = `${zero}%`;
    box.append(axis);
  }
  return box;
}

function drawRow(data, i, long) {
  const row = make("tr", { class: "da-row", "aria-selected": "false" });
  row.dataset.row = i;
  data.rows[i].forEach((text, j) => {
    const column = data.columns[j];
    const name = column.kind === "name";
    const cell = make(name ? "th" : "td", {
      class: `da-${column.kind}${/^\d{4}-\d\d-\d\d$/.test(text) ? " da-date" : ""}${long[j] ? " da-long" : ""}`,
      role: name ? "rowheader" : "gridcell",
      scope: name ? "row" : null,
      tabindex: "-1",
      "data-cell": true,
    });
    cell.dataset.column = column.name;
    const hit = column.kind === "node";
    if (column.name === data.bar && data.bars[i]) {
      cell.append(drawBar(data.bars[i], data.scale, data.intervals, data.colours[i]));
    }
    cell.append(make(hit ? "mark" : "bdi", { class: hit ? "da-hit" : "da-value", text }));
    row.append(cell);
  });
  return row;
}

function render({ model, el }) {
  let shown = null; // the data drawn
  let table = null;
  let grid = null;

  function mark() {
    if (!table) return;
    const { row, column } = model.get("chosen") || {};
    let found = null;
    for (const line of table.tBodies[0].rows) {
      const here = Number(line.dataset.row) === row;
      line.setAttribute("aria-selected", String(here));
      if (here) found = line;
      for (const cell of line.children) {
        const chosen = here && cell.dataset.column === (column || shown.columns[0].name);
        cell.setAttribute("aria-selected", String(chosen));
      }
    }
    if (found && !table.contains(document.activeElement)) reveal(found);
  }

  // A row that was chosen elsewhere, as in the figure, is moved into sight.
  function reveal(line) {
    const box = table.parentElement;
    const head = table.tHead.offsetHeight;
    if (line.offsetTop - head < box.scrollTop) box.scrollTop = line.offsetTop - head;
    const below = line.offsetTop + line.offsetHeight - box.clientHeight;
    if (below > box.scrollTop) box.scrollTop = below;
    grid.enter(line.querySelector("[data-cell]"));
  }

  function choose(cell) {
    const row = Number(cell.parentElement.dataset.row);
    const column = cell.classList.contains("da-number") ? cell.dataset.column : null;
    model.send({ type: "choose", key: shown.key, row, column });
  }

  function draw() {
    const data = model.get("data") || {};
    const focused = table && table.contains(document.activeElement);
    shown = data;
    el.replaceChildren();
    table = null;
    if (!data.columns) return;
    const labels = data.columns.map((column) => ({ ...column }));
    const heads = sortHeads(labels, (column, direction) => {
      const body = table.tBodies[0];
      const byNumber = [...body.rows].sort((a, b) => a.dataset.row - b.dataset.row);
      const numbers = order(byNumber.length, (i) => data.sort[i][column], direction);
      body.append(...numbers.map((i) => byNumber[i]));
    });
    table = make("table", { class: "da-rows", role: "grid", "aria-label": data.caption });
    table.append(make("thead", { role: "rowgroup" }, make("tr", { role: "row" }, ...heads)));
    const long = data.columns.map((_, j) => data.rows.some((row) => row[j].length > 50));
    table.append(make("tbody", { role: "rowgroup" }, ...data.rows.map((_, i) => drawRow(data, i, long))));
    const none = make("p", { class: "da-none", text: "Nothing was found with these settings." });
    el.append(data.rows.length ? make("div", { class: "da-scroll da-rows-box" }, table) : none);
    el.append(make("p", { class: "da-note", text: data.note }));
    grid = new Grid(table, choose);
    mark();
    grid.settle();
    if (focused && data.rows.length) grid.focus(table.querySelector('tbody [tabindex="0"]'));
  }

  function fade() {
    el.classList.toggle("da-stale", Boolean(model.get("stale")));
  }

  model.on("change:data", draw);
  model.on("change:chosen", mark);
  model.on("change:stale", fade);
  draw();
  fade();
}

export default { render };
