// Files or folders dropped here, or chosen, are sent in pieces; what came of each is listed.

const PIECE = 1 << 20; // bytes in one message

// All files of what was dropped, also those in folders, with their paths.
async function filesOf(items) {
  const found = [];
  const walk = async (entry, path) => {
    if (entry.isFile) {
      const file = await new Promise((good, bad) => entry.file(good, bad));
      found.push({ file, name: path + file.name });
    } else if (entry.isDirectory) {
      const reader = entry.createReader();
      for (;;) {
        const some = await new Promise((good, bad) => reader.readEntries(good, bad));
        if (!some.length) break;
        for (const each of some) await walk(each, `${path}${entry.name}/`);
      }
    }
  };
  // both are asked for at once: after the first wait the items are gone
  const taken = items.map((item) => [item.webkitGetAsEntry(), item.getAsFile()]);
  for (const [entry, file] of taken) {
    if (entry && entry.isDirectory) await walk(entry, "");
    else if (file) found.push({ file, name: file.name });
  }
  return found;
}

function render({ model, el }) {
  const id = nextId("drop");
  const choose = make("input", { type: "file", id, multiple: true, class: "da-file" });
  const label = make("label", { for: id, text: "Drop files or a folder here, or choose files: " });
  const zone = make("div", { class: "da-drop" }, label, choose);
  const told = make("div", { class: "da-dropped" });
  el.append(zone, told);

  async function send(files) {
    const { files: most, bytes } = model.get("data").limits;
    const total = files.reduce((sum, { file }) => sum + file.size, 0);
    if (!files.length) return;
    if (files.length > most || total > bytes) {
      model.send({ type: "refused", files: files.length, bytes: total });
      return;
    }
    model.send({ type: "begin", files: files.map(({ name, file }) => ({ name, size: file.size })) });
    for (const [i, { file }] of files.entries()) {
      for (let at = 0; at < file.size; at += PIECE) {
        const piece = await file.slice(at, at + PIECE).arrayBuffer();
        model.send({ type: "piece", file: i }, undefined, [piece]);
      }
    }
    model.send({ type: "end" });
  }

  zone.addEventListener("dragover", (event) => {
    event.preventDefault();
    event.stopPropagation();
    zone.classList.add("da-over");
  });
  zone.addEventListener("dragleave", () => zone.classList.remove("da-over"));
  zone.addEventListener("drop", async (event) => {
    event.preventDefault();
    event.stopPropagation();
    zone.classList.remove("da-over");
    send(await filesOf([...event.dataTransfer.items].filter((item) => item.kind === "file")));
  });
  choose.addEventListener("change", () => {
    send([...choose.files].map((file) => ({ file, name: file.webkitRelativePath || file.name })));
    choose.value = "";
  });

  function draw() {
    const { heads, rows, caption } = model.get("data");
    told.replaceChildren();
    if (!rows || !rows.length) return;
    const line = (tag, cells) => make("tr", {}, ...cells.map((text) => make(tag, { scope: tag === "th" ? "col" : null, text })));
    const table = make("table", { class: "da-plain" }, make("caption", { text: caption }));
    table.append(make("thead", {}, line("th", heads)), make("tbody", {}, ...rows.map((row) => line("td", row))));
    told.append(make("div", { class: "da-scroll da-rows-box", tabindex: "0", role: "region", "aria-label": caption }, table));
  }

  model.on("change:data", draw);
  draw();
}

export default { render };
