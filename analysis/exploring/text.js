// A whole text with its hits marked, moved to the chosen one.

function render({ model, el }) {
  let marks = [];
  let here = 0;
  let box = null;
  let place = null;

  function go(number) {
    here = Math.max(0, Math.min(number, marks.length - 1));
    marks.forEach((mark, i) => {
      mark.classList.toggle("da-here", i === here);
      if (i === here) mark.setAttribute("aria-current", "true");
      else mark.removeAttribute("aria-current");
    });
    const mark = marks[here];
    if (mark) box.scrollTop = Math.max(0, mark.offsetTop - box.clientHeight / 3);
    if (place) place.textContent = `Hit ${here + 1} of ${marks.length}`;
  }

  function tools() {
    place = make("span", { class: "da-count", role: "status", "aria-live": "polite" });
    const step = (text, by) => {
      const button = make("button", { type: "button", text });
      button.addEventListener("click", () => go(here + by));
      return button;
    };
    const close = make("button", { type: "button", text: "Close text" });
    close.addEventListener("click", () => model.send({ type: "close" }));
    return make("div", { class: "da-bar-of-tools" }, step("Previous hit", -1), step("Next hit", 1), place, close);
  }

  function draw() {
    const data = model.get("data") || {};
    el.replaceChildren();
    marks = [];
    if (!data.pieces) return;
    const id = nextId("text");
    const title = make("h4", { class: "da-heading", id }, make("bdi", { text: data.title }));
    const language = /^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$/.test(data.language) ? data.language : null;
    const text = make("div", { class: "da-body", dir: "auto", lang: language });
    for (const [piece, kind] of data.pieces) {
      if (!kind) text.append(document.createTextNode(piece));
      else {
        const mark = make("mark", { class: "da-hit", text: piece });
        if (kind === 2) here = marks.length;
        marks.push(mark);
        text.append(mark);
      }
    }
    box = make("div", { class: "da-scroll da-text", role: "region", "aria-labelledby": id, tabindex: "0" }, text);
    el.append(title, make("p", { class: "da-where", text: data.where }), tools(), box);
    requestAnimationFrame(() => {
      go(here);
      if (data.focus) box.focus({ preventScroll: true });
      el.scrollIntoView({ block: "nearest" });
    });
  }

  model.on("change:data", draw);
  draw();
}

export default { render };
