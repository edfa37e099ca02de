// The figure as it would be saved, described in words; bars that stand for a row can be clicked.

function render({ model, el }) {
  let address = null;
  let due = false;

  // Picture and words come together; they are drawn once.
  function soon() {
    if (due) return;
    due = true;
    requestAnimationFrame(draw);
  }

  function draw() {
    due = false;
    const data = model.get("data") || {};
    const bytes = model.get("png");
    if (address) URL.revokeObjectURL(address);
    address = null;
    el.replaceChildren();
    if (!bytes || !bytes.byteLength) {
      if (data.note) el.append(make("p", { class: "da-none", text: data.note }));
      return;
    }
    address = URL.createObjectURL(new Blob([bytes], { type: "image/png" }));
    const image = make("img", { src: address, alt: data.alt || "", width: data.width });
    const frame = make("div", { class: "da-frame" }, image);
    for (const { row, box } of data.areas || []) {
      const area = make("span", { class: "da-area", "aria-hidden": "true" });
      [area.style.left, area.style.top, area.style.width, area.style.height] = box.map((x) => `${100 * x}%`);
      area.addEventListener("click", () => model.send({ type: "choose", key: data.key, row, column: null }));
      frame.append(area);
    }
    el.append(make("figure", { class: "da-figure" }, frame, make("figcaption", { text: data.caption })));
  }

  function fade() {
    el.classList.toggle("da-stale", Boolean(model.get("stale")));
  }

  model.on("change:stale", fade);
  fade();
  model.on("change:png", soon);
  model.on("change:data", soon);
  draw();
  return () => address && URL.revokeObjectURL(address);
}

export default { render };
