// One passage at a time to be coded: 1 to 9 choose a code, S skips, U takes the last one back,
// N writes a note, the arrows turn back and forth. Python keeps each code in the coder's file.

function render({ model, el }) {
  const question = make("h3", { class: "da-coding-question", id: nextId("question") });
  const progress = make("progress", { "aria-label": "Rows coded" });
  const count = make("span", { class: "da-coding-count" });
  const text = make("p", { class: "da-coding-text" });
  const place = make("p", { class: "da-coding-place" });
  const codes = make("div", { class: "da-coding-codes", role: "group", "aria-labelledby": question.id });
  const skip = make("button", { type: "button", text: "Skip (S)" });
  const undo = make("button", { type: "button", text: "Undo (U)" });
  const back = make("button", { type: "button", text: "← Back" });
  const forth = make("button", { type: "button", text: "On →" });
  const note = make("input", { type: "text", id: nextId("note"), autocomplete: "off" });
  const noteLabel = make("label", { for: note.id, text: "Note (N)" });
  const rules = make("div", {});
  const help = make("details", {}, make("summary", { text: "Codes, rules and examples" }), rules);
  const said = make("p", { class: "da-message", role: "status", "aria-live": "polite" });
  const box = make(
    "section",
    { class: "da-coding", tabindex: "0", "aria-labelledby": question.id },
    question,
    make("p", { class: "da-coding-progress" }, progress, count),
    place,
    text,
    codes,
    make("p", { class: "da-coding-buttons" }, skip, undo, back, forth),
    make("p", { class: "da-coding-note" }, noteLabel, note),
    said,
    help,
  );
  el.classList.add("da-panel");
  el.append(box);
  let shown = "";
  let choices = [];

  const send = (event) => model.send({ row: shown, ...event });

  function writeNote() {
    const { note: kept } = model.get("data") || {};
    if (note.value !== (kept || "")) send({ type: "note", text: note.value });
  }

  function act(event) {
    writeNote();
    send(event);
    box.focus({ preventScroll: true });
  }

  function draw() {
    const data = model.get("data") || {};
    choices = data.choices || [];
    if (data.row !== shown) note.value = data.note || "";
    shown = data.row || "";
    question.textContent = data.question || "";
    progress.max = data.rows || 1;
    progress.value = data.coded || 0;
    count.textContent = ` ${data.coded} of ${data.rows} coded, kept in ${data.file}`;
    place.textContent = `Row ${data.place}: ${data.doc}${data.code ? ` – coded “${data.code}”` : ""}`;
    text.replaceChildren(
      make("span", { class: "da-coding-beside", text: data.left ? `${data.left} ` : "" }),
      make("mark", { text: data.text || "" }),
      make("span", { class: "da-coding-beside", text: data.right ? ` ${data.right}` : "" }),
    );
    codes.replaceChildren(
      ...choices.map(({ code, meaning }, i) => {
        const key = i < 9 ? `${i + 1} ` : "";
        const button = make("button", {
          type: "button", "aria-pressed": String(code === data.code), title: meaning || null, text: `${key}${code}`,
        });
        button.addEventListener("click", () => act({ type: "code", code }));
        return button;
      }),
    );
    undo.disabled = !data.can_undo;
    rules.replaceChildren(...(data.rules || []).filter(Boolean).map((line) => make("p", { text: line })));
    const done = data.coded === data.rows ? data.done : "";
    said.textContent = data.error || done || (data.code ? "" : `Row ${data.place} of ${data.rows}`);
    said.classList.toggle("da-error", Boolean(data.error));
  }

  box.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target === note) {
      if (event.key === "Enter" || event.key === "Escape") {
        writeNote();
        box.focus();
        event.preventDefault();
      }
      event.stopPropagation();
      return;
    }
    const number = Number(event.key);
    const acts = {
      s: { type: "skip" }, u: { type: "undo" },
      ArrowLeft: { type: "go", step: -1 }, ArrowRight: { type: "go", step: 1 },
    };
    const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
    if (number >= 1 && number <= 9 && choices[number - 1]) act({ type: "code", code: choices[number - 1].code });
    else if (acts[key]) act(acts[key]);
    else if (key === "n") note.focus();
    else return;
    event.preventDefault();
    event.stopPropagation();
  });
  note.addEventListener("change", writeNote);
  skip.addEventListener("click", () => act({ type: "skip" }));
  undo.addEventListener("click", () => act({ type: "undo" }));
  back.addEventListener("click", () => act({ type: "go", step: -1 }));
  forth.addEventListener("click", () => act({ type: "go", step: 1 }));
  model.on("change:data", draw);
  draw();
  box.focus({ preventScroll: true });
}

export default { render };
