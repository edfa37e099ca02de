// One passage at a time to be coded: 1 to 9 choose a code, S skips, U takes the last one back,
// N writes a note, the arrows turn back and forth. Python keeps each code in the coder's file.

function render({ model, el }) {
  const question = make("h3", { class: "da-coding-question", id: nextId("question") });
  const progress = make("progress", { "aria-label": "Rows coded" });
  const count = make("span", { class: "da-coding-count" });
  const place = make("p", { class: "da-coding-place" });
  const text = make("p", { class: "da-coding-text" });
  const codes = make("ul", { class: "da-coding-codes", "aria-labelledby": question.id });
  const skip = make("button", { type: "button", text: "Skip (S)" });
  const undo = make("button", { type: "button", text: "Undo (U)" });
  const back = make("button", { type: "button", text: "← Back" });
  const forth = make("button", { type: "button", text: "On →" });
  const note = make("input", { type: "text", id: nextId("note"), autocomplete: "off" });
  const noteLabel = make("label", { for: note.id, text: "Note (N)" });
  const rules = make("ul", { class: "da-coding-rules", "aria-label": "Rules and examples" });
  const said = make("p", { class: "da-message", role: "status", "aria-live": "polite" });
  const box = make(
    "section",
    { class: "da-coding", tabindex: "0", "aria-labelledby": question.id },
    question,
    make("p", { class: "da-coding-progress" }, progress, count),
    said,
    make("div", { class: "da-coding-passage" }, place, text),
    make(
      "div",
      { class: "da-coding-choose" },
      codes,
      make("p", { class: "da-coding-buttons" }, skip, undo, back, forth),
      make("p", { class: "da-coding-note" }, noteLabel, note),
      rules,
    ),
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

  function choice({ code, meaning }, i, now) {
    const key = i < 9 ? `${i + 1} ` : "";
    const button = make("button", { type: "button", "aria-pressed": String(code === now), text: `${key}${code}` });
    button.addEventListener("click", () => act({ type: "code", code }));
    return make("li", {}, button, meaning ? make("span", { text: ` ${meaning}` }) : "");
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
    const about = (data.about || []).map(({ name, value }) => `${name}: ${value}`).join(" · ");
    place.replaceChildren(
      make("span", { text: `${data.doc}${data.code ? ` – coded “${data.code}”` : ""}` }),
      about ? make("strong", { class: "da-coding-about", text: `Counted as ${about}` }) : "",
    );
    text.replaceChildren(
      make("span", { class: "da-coding-beside", text: data.left ? `${data.left} ` : "" }),
      make("mark", { text: data.text || "" }),
      make("span", { class: "da-coding-beside", text: data.right ? ` ${data.right}` : "" }),
    );
    codes.replaceChildren(...choices.map((one, i) => choice(one, i, data.code)));
    codes.classList.toggle("da-coding-inline", choices.every(({ meaning }) => !meaning));
    undo.disabled = !data.can_undo;
    const lines = (data.examples || []).map((one) => `“${one.text}” → ${one.code}`);
    rules.replaceChildren(...[...(data.rules || []), ...lines].map((line) => make("li", { text: line })));
    const done = data.coded === data.rows;
    const finished = done ? `Finished: all ${data.rows} rows are coded. ${data.done}` : "";
    said.textContent = data.error || finished || `Row ${data.place} of ${data.rows}`;
    said.classList.toggle("da-error", Boolean(data.error));
    said.classList.toggle("da-coding-done", done && !data.error);
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
