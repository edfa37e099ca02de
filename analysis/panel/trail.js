// The reading trail beside the lines: the next step, the steps so far as a tree, marks, and files.

const STEP_KINDS = { select: "Select", order: "Order", group: "Group" };

function button(text, act, more = {}) {
  const made = make("button", { type: "button", ...more }, text);
  made.addEventListener("click", act);
  return made;
}

// One setting of a step: a list, several of a list, a number, a text, or yes and no.
function drawField(field) {
  const id = nextId("step");
  const label = make("label", { for: id, text: field.label });
  const options = () => field.choices.map(([value, text]) => make("option", { value, text, selected: [].concat(field.value).includes(value) }));
  let input = null;
  let value = null;
  if (field.kind === "flag") {
    input = make("input", { type: "checkbox", id, checked: field.value });
    value = () => input.checked;
    return { node: make("div", { class: "da-check" }, input, label), value };
  }
  if (field.kind === "many") {
    const boxes = field.choices.map(([known, text]) => {
      const one = nextId("step");
      const box = make("input", { type: "checkbox", id: one, value: known, checked: [].concat(field.value).includes(known) });
      return [box, make("div", { class: "da-check" }, box, make("label", { for: one, text }))];
    });
    const legend = make("legend", { text: field.label });
    const inside = make("div", { class: "da-choices" }, ...boxes.map(([, row]) => row));
    value = () => boxes.filter(([box]) => box.checked).map(([box]) => box.value);
    return { node: make("fieldset", {}, legend, inside), value };
  }
  if (field.kind === "choice") {
    input = make("select", { id }, ...options());
    value = () => input.value;
  } else if (field.kind === "number") {
    const [low, high] = field.choices;
    input = make("input", { type: "number", id, value: field.value, min: low, max: high, required: true });
    value = () => Number(input.value);
  } else {
    input = make("input", { type: "text", id, value: field.value, placeholder: field.help || null, autocomplete: "off" });
    value = () => input.value;
  }
  return { node: make("div", { class: "da-setting" }, label, input), value, input };
}

function render({ model, el }) {
  let data = {};
  let kind = ""; // the form that is open: a kind of step, or ""
  let chosen = {}; // of each kind, the option that was set last
  let shown = true;
  let editing = ""; // what is written at the current step: "title", "note" or ""
  let focus = ""; // where the focus is after the next drawing

  const send = (type, more = {}) => model.send({ type, key: data.key, ...more });

  // -- the next step -------------------------------------------------------------------------

  function drawForm() {
    const form = data.forms[kind];
    const option = form.find((one) => one.name === chosen[kind]) || form[0];
    const by = drawField({ kind: "choice", label: "By", choices: form.map((one) => [one.name, one.label]), value: option.name });
    by.input.dataset.focus = "by";
    by.input.addEventListener("change", () => {
      chosen[kind] = by.value();
      focus = "by";
      draw();
    });
    const fields = option.fields.map((field) => [field.name, drawField(field)]);
    const help = option.help ? [make("p", { class: "da-none", text: option.help })] : [];
    const apply = make("button", { type: "submit", class: "da-apply", text: `${STEP_KINDS[kind]} lines` });
    const act = make("div", { class: "da-bar-of-tools" }, apply, button("Cancel", close));
    const node = make("form", { class: "da-step-form" }, by.node, ...help, ...fields.map(([, field]) => field.node), act);
    node.addEventListener("submit", (event) => {
      event.preventDefault();
      const values = Object.fromEntries(fields.map(([name, field]) => [name, field.value()]));
      send("step", { kind, option: option.name, values });
    });
    sendOnEnter(node);
    node.addEventListener("keydown", (event) => event.key === "Escape" && close());
    return node;
  }

  function close() {
    focus = `kind-${kind}`;
    kind = "";
    draw();
  }

  function drawKinds() {
    const buttons = Object.entries(STEP_KINDS).map(([name, text]) =>
      button(
        text,
        () => {
          kind = kind === name ? "" : name;
          focus = kind ? "by" : `kind-${name}`;
          draw();
        },
        { "aria-expanded": String(kind === name), "data-focus": `kind-${name}` },
      ),
    );
    buttons.push(button("Undo", () => send("undo"), { title: "Take back the last step, mark or note", disabled: !data.undo, "data-focus": "undo" }));
    return make("div", { class: "da-bar-of-tools", role: "group", "aria-label": "Next step" }, ...buttons);
  }

  // -- the tree of steps ---------------------------------------------------------------------

  // Steps that follow one another stand below each other; only where a trail branches is it indented.
  function drawSteps(parent) {
    const list = make("ol", { class: "da-steps" });
    let next = data.steps.filter((step) => step.parent === parent);
    while (next.length === 1) {
      list.append(drawStep(next[0]));
      const last = next[0].id;
      next = data.steps.filter((step) => step.parent === last);
    }
    for (const step of next) {
      const branch = make("li", { class: "da-branch" });
      const inside = make("ol", { class: "da-steps" }, drawStep(step));
      const below = drawSteps(step.id);
      branch.append(inside);
      if (below.childElementCount) inside.append(...below.children);
      list.append(branch);
    }
    return list;
  }

  function drawStep(step) {
    const here = step.id === data.here;
    const count = make("span", { class: "da-count", text: ` ${step.count.toLocaleString("en")}` });
    const go = button("", () => send("go", { id: step.id }), { class: here ? "da-step da-step-here" : "da-step", "aria-current": here ? "step" : null, title: step.about, "data-focus": `step-${step.id}` });
    go.append(make("bdi", { text: step.title }), count);
    go.addEventListener("keydown", (event) => {
      if (event.key === "F2") write(step, "title");
      else if (event.key === "Delete" && step.parent !== null) send("delete", { id: step.id });
      else return;
      event.preventDefault();
      event.stopPropagation();
    });
    const item = make("li", {}, go);
    if (step.note) item.append(make("p", { class: "da-step-note", text: step.note }));
    if (here) item.append(editing ? drawEditor(step) : drawTools(step));
    return item;
  }

  function drawTools(step) {
    const tools = [
      button("Rename", () => write(step, "title"), { "data-focus": "title" }),
      button("Note", () => write(step, "note"), { "data-focus": "note" }),
    ];
    if (step.parent !== null) tools.push(button("Delete", () => send("delete", { id: step.id }), { title: "Delete this step and those after it" }));
    return make("div", { class: "da-step-tools" }, ...tools);
  }

  function write(step, what) {
    if (step.id !== data.here) return send("go", { id: step.id });
    editing = what;
    focus = "editor";
    draw();
  }

  function drawEditor(step) {
    const what = editing;
    const field = drawField({ kind: "text", label: what === "title" ? "Name of the step" : "Note on the step", value: step[what] || "" });
    field.input.dataset.focus = "editor";
    const leave = () => {
      editing = "";
      focus = what;
    };
    const node = make("form", { class: "da-step-form" }, field.node, make("button", { type: "submit", text: "Save" }));
    node.addEventListener("submit", (event) => {
      event.preventDefault();
      leave();
      send("write", { id: step.id, what, text: field.value().trim() });
    });
    sendOnEnter(node);
    node.addEventListener("keydown", (event) => {
      if (event.key !== "Escape") return;
      leave();
      draw();
    });
    return node;
  }

  // -- files ---------------------------------------------------------------------------------

  function drawFiles() {
    const name = drawField({ kind: "text", label: "Name of the trail", value: data.name });
    const named = (type) => () => send(type, { name: name.value().trim() });
    const acts = [
      button("Save trail", named("save"), { title: "Beside the corpus, with its notes and marks" }),
      button("Write page", named("page"), { title: "A page for an appendix: every step, its lines and notes" }),
      button("To hand coding", named("table"), { title: "The lines that are kept, as a table for hand coding" }),
    ];
    const rows = [name.node, make("div", { class: "da-bar-of-tools" }, ...acts)];
    if (data.trails.length) {
      const known = drawField({ kind: "choice", label: "Saved trails", value: data.trails[0], choices: data.trails.map((one) => [one, one]) });
      const open = button("Open", () => send("open", { name: known.value() }), { title: "In place of this trail" });
      rows.push(known.node, make("div", { class: "da-bar-of-tools" }, open));
    }
    rows.push(make("div", { class: "da-bar-of-tools" }, button("Run again", () => send("rerun"), { title: "All steps, on the texts that the corpus has now" })));
    return make("details", { class: "da-files" }, make("summary", { text: "Trail: save, open, write" }), ...rows);
  }

  function draw() {
    const open = el.querySelector(".da-files");
    const before = Boolean(open && open.open);
    data = model.get("data") || {};
    el.replaceChildren();
    if (!data.steps) return;
    if (kind && !data.forms[kind]) kind = "";
    const toggle = button(shown ? "Hide trail" : "Show trail", () => {
      shown = !shown;
      focus = "toggle";
      draw();
    }, { "aria-expanded": String(shown), "data-focus": "toggle" });
    const root = make("section", { class: shown ? "da-trail" : "da-trail da-trail-closed", "aria-label": "Reading trail" });
    root.append(make("div", { class: "da-trail-head" }, make("strong", { text: "Reading trail" }), toggle));
    el.append(root);
    if (shown) {
      root.append(drawKinds());
      if (kind) root.append(drawForm());
      const steps = drawSteps(null);
      steps.setAttribute("aria-label", "Steps");
      root.append(steps);
      if (data.marks) root.append(make("p", { class: "da-none", role: "status", text: data.marks }));
      const files = drawFiles();
      files.open = before;
      root.append(files);
    }
    const wanted = focus && el.querySelector(`[data-focus="${focus}"]`);
    focus = "";
    if (wanted) wanted.focus();
  }

  model.on("change:data", () => {
    const inside = el.contains(document.activeElement);
    const old = data.here;
    const next = model.get("data") || {};
    if (next.here !== old) {
      editing = "";
      kind = "";
      if (inside) focus = `step-${next.here}`;
    } else if (inside && !focus) focus = document.activeElement.dataset.focus || `step-${next.here}`;
    draw();
  });
  draw();
}

export default { render };
