// The figure as it would be saved. Each mark tells its numbers, and leads to its passages.

const DRAWN = "svg g path use defs clipPath rect image circle ellipse line polyline polygon title desc".split(" ");
const STEPS = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1, PageDown: 10, PageUp: -10 };

// Our own figure, and nothing in it but shapes: no script, no reference to anything elsewhere.
function onlyShapes(node) {
  for (const child of [...node.children]) {
    if (DRAWN.includes(child.localName)) onlyShapes(child);
    else child.remove();
  }
  for (const { name, value } of [...node.attributes]) {
    const link = /(^|:)href$/.test(name) && !/^(#|data:image\/png;base64,)/.test(value);
    if (/^on/i.test(name) || link || /url\((?!["']?#)/.test(value)) node.removeAttribute(name);
  }
  return node;
}

function parse(text) {
  const root = new DOMParser().parseFromString(text, "image/svg+xml").documentElement;
  return root.localName === "svg" ? document.importNode(onlyShapes(root), true) : null;
}

function render({ model, el }) {
  let due = false;
  let marks = []; // boxes in the order of the keyboard
  let tip = null;
  let frame = null;
  let data = {};

  // Picture and words come together; they are drawn once.
  function soon() {
    if (due) return;
    due = true;
    requestAnimationFrame(draw);
  }

  const said = (mark) => data.marks[Number(mark.dataset.row)];

  function tell(mark) {
    const { name, told, row } = said(mark);
    tip.replaceChildren(make("b", { text: name }), make("span", { text: told }));
    if (row >= 0) tip.append(make("span", { class: "da-tip-do", text: "Click or Enter: its passages" }));
    tip.hidden = false;
    const at = mark.getBoundingClientRect();
    const box = frame.getBoundingClientRect();
    const left = Math.max(0, Math.min(at.right - box.left + 8, box.width - tip.offsetWidth));
    const below = at.bottom - box.top + 6;
    tip.style.left = `${left}px`;
    tip.style.top = `${below + tip.offsetHeight > box.height ? Math.max(0, at.top - box.top - tip.offsetHeight - 6) : below}px`;
  }

  function hide() {
    if (tip) tip.hidden = true;
  }

  function choose(mark) {
    const { row } = said(mark);
    if (row >= 0) model.send({ type: "choose", key: data.key, row, column: null });
  }

  function enter(mark) {
    for (const other of marks) other.setAttribute("tabindex", other === mark ? "0" : "-1");
  }

  function key(event) {
    const mark = event.target;
    const i = marks.indexOf(mark);
    if (i < 0 || event.ctrlKey || event.metaKey || event.altKey) return;
    let to = i + (STEPS[event.key] || 0);
    if (event.key === "Home") to = 0;
    else if (event.key === "End") to = marks.length - 1;
    else if (event.key === "Enter" || event.key === " ") choose(mark);
    else if (event.key === "Escape") hide();
    else if (!STEPS[event.key]) return;
    to = Math.max(0, Math.min(to, marks.length - 1));
    enter(marks[to]);
    marks[to].focus({ preventScroll: true });
    event.preventDefault();
    event.stopPropagation();
  }

  function live(picture) {
    picture.setAttribute("role", "group");
    picture.setAttribute("aria-label", data.alt || "Figure");
    const own = nextId("figure");
    marks = [...picture.querySelectorAll("[data-row]")].filter((mark) => data.marks[Number(mark.dataset.row)]);
    marks.sort((a, b) => a.dataset.row - b.dataset.row);
    for (const mark of marks) {
      const { name, told, row } = said(mark);
      mark.id = `${own}-${mark.id}`;
      mark.setAttribute("class", row >= 0 ? "da-svg-mark da-leads" : "da-svg-mark");
      mark.setAttribute("role", row >= 0 ? "button" : "img");
      mark.setAttribute("aria-label", `${name}: ${told}`);
      mark.setAttribute("tabindex", "-1");
      mark.addEventListener("pointerenter", () => tell(mark));
      mark.addEventListener("pointerleave", hide);
      mark.addEventListener("focus", () => tell(mark));
      mark.addEventListener("blur", hide);
      mark.addEventListener("click", () => {
        enter(mark);
        choose(mark);
      });
    }
    if (marks.length) enter(marks[0]);
    picture.addEventListener("keydown", key);
  }

  function copyButton(label, text) {
    const button = make("button", { type: "button", text: label });
    button.addEventListener("click", async () => {
      try {
        await navigator.clipboard.writeText(text);
        button.textContent = "Copied";
      } catch {
        button.textContent = "Not allowed here";
      }
      setTimeout(() => (button.textContent = label), 1500);
    });
    return button;
  }

  function draw() {
    due = false;
    data = model.get("data") || {};
    marks = [];
    el.replaceChildren();
    const picture = model.get("svg") ? parse(model.get("svg")) : null;
    if (!picture) {
      if (data.note) el.append(make("p", { class: "da-none", text: data.note }));
      return;
    }
    picture.removeAttribute("height");
    picture.setAttribute("width", data.width);
    tip = make("div", { class: "da-tip", hidden: true, "aria-hidden": "true" });
    frame = make("div", { class: "da-frame" }, picture, tip);
    live(picture);
    const copies = ["caption", "note", "code"].filter((part) => data.copy && data.copy[part]);
    const tools = copies.map((part) => copyButton(`Copy ${part}`, data.copy[part]));
    el.append(
      make("figure", { class: "da-figure" }, frame, make("figcaption", { text: data.caption })),
      make("div", { class: "da-bar-of-tools" }, ...tools),
    );
  }

  function fade() {
    el.classList.toggle("da-stale", Boolean(model.get("stale")));
  }

  model.on("change:stale", fade);
  model.on("change:svg", soon);
  model.on("change:data", soon);
  draw();
  fade();
}

export default { render };
