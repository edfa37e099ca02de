// The lines that make the same table and figure without the panel.

function render({ model, el }) {
  function draw() {
    const { code } = model.get("data") || {};
    el.replaceChildren();
    if (!code) return;
    const id = nextId("code");
    const area = make("textarea", { class: "da-code", id, readonly: true, spellcheck: "false" });
    area.value = code;
    area.rows = Math.min(24, code.split("\n").length + 1);
    const said = make("span", { class: "da-count", role: "status", "aria-live": "polite" });
    const copy = make("button", { type: "button", text: "Copy" });
    copy.addEventListener("click", async () => {
      try {
        await navigator.clipboard.writeText(area.value);
        said.textContent = "Copied.";
      } catch {
        area.select();
        said.textContent = "Press Ctrl+C to copy what is selected.";
      }
    });
    const label = make("label", { for: id, text: "The same in code" });
    el.append(make("div", { class: "da-bar-of-tools" }, label, copy, said), area);
  }

  model.on("change:data", draw);
  draw();
}

export default { render };
