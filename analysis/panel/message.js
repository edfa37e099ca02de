// One sentence at a time; a screen reader reads it out when it changes.

function render({ model, el }) {
  const line = make("p", { class: "da-message", role: "status", "aria-live": "polite", "aria-atomic": "true" });
  el.append(line);

  function draw() {
    const { text, kind } = model.get("data") || {};
    line.textContent = text || "";
    line.classList.toggle("da-error", kind === "error");
    line.classList.toggle("da-hint", kind === "hint");
  }

  model.on("change:data", draw);
  draw();
}

export default { render };
