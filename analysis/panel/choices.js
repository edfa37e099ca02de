// Several of some choices: a list of boxes to tick, folded under what is chosen.

const MANY = 10; // from so many on, the list can be searched
const LISTED = 200; // boxes in the page at once

function render({ model, el }) {
  const fold = make("details", { class: "da-choices" });
  const summary = make("summary", {});
  const body = make("div", { class: "da-choices-list" });
  fold.append(summary, body);
  el.append(fold);
  let search = null;
  let list = null;

  const data = () => model.get("data") || {};
  const chosen = () => new Set(model.get("chosen") || []);

  function choose(values) {
    model.set("chosen", [...values].sort((a, b) => a - b));
    model.save_changes();
  }

  function tell() {
    const { label, options } = data();
    const names = [...chosen()].map((i) => options[i]).filter((name) => name !== undefined);
    const short = names.length > 2 ? `${names.length} of ${options.length}` : names.join(", ");
    summary.replaceChildren(make("span", { text: `${label}: ` }), make("b", { text: names.length ? short : "all" }));
  }

  function fill() {
    const wanted = search ? search.value.toLocaleLowerCase().split(/\s+/).filter(Boolean) : [];
    const now = chosen();
    const there = data().options.map((name, i) => [name, i]);
    const found = there.filter(([name]) => wanted.every((word) => name.toLocaleLowerCase().includes(word)));
    const shown = [...found.filter(([, i]) => now.has(i)), ...found.filter(([, i]) => !now.has(i))];
    const rows = (wanted.length || found.length > LISTED ? shown : found).slice(0, LISTED).map(([name, i]) => {
      const box = make("input", { type: "checkbox" });
      box.checked = now.has(i);
      box.addEventListener("change", () => {
        const values = chosen();
        if (box.checked) values.add(i);
        else values.delete(i);
        choose(values);
      });
      return make("label", { class: "da-choice" }, box, make("bdi", { text: name }));
    });
    list.replaceChildren(...rows);
    if (found.length > LISTED) list.append(make("p", { class: "da-none", text: `${found.length - LISTED} more: write a part of the name.` }));
    if (!found.length) list.append(make("p", { class: "da-none", text: "None has this in its name." }));
  }

  function draw() {
    const { label, options, help } = data();
    if (!options) return;
    fold.title = help || "";
    body.replaceChildren();
    search = null;
    if (options.length >= MANY) {
      search = make("input", { type: "search", class: "da-filter", placeholder: "part of a name", "aria-label": `${label}: part of a name` });
      search.addEventListener("input", fill);
    }
    const clear = make("button", { type: "button", text: "All", title: "Tick none: all count" });
    clear.addEventListener("click", () => choose([]));
    list = make("div", { role: "group", "aria-label": label });
    body.append(make("div", { class: "da-bar-of-tools" }, ...(search ? [search] : []), clear), list);
    tell();
    fill();
  }

  // Only the ticks change: the box that has the focus keeps it.
  function mark() {
    const now = chosen();
    const names = data().options;
    for (const label of list ? list.querySelectorAll("label") : []) {
      label.firstChild.checked = [...now].some((i) => names[i] === label.textContent);
    }
    tell();
  }

  fold.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !fold.open) return;
    fold.open = false;
    summary.focus();
    event.stopPropagation();
  });
  model.on("change:data", draw);
  model.on("change:chosen", mark);
  draw();
}

export default { render };
