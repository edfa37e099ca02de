// A whole text with its hits marked, moved to the chosen one.

function render({ model, el }) {
  let marks = [];
  let here = 0;
  let box = null;
  let place = null;
  let data = {};
  let stay = ""; // what keeps the focus when the same text is drawn with other marks

  // Each hit may stand in several pieces, where another mark begins or ends in it.
  function go(number) {
    here = Math.max(0, Math.min(number, marks.length - 1));
    marks.forEach((parts, i) => {
      for (const part of parts) {
        part.classList.toggle("da-here", i === here);
        if (i === here) part.setAttribute("aria-current", "true");
        else part.removeAttribute("aria-current");
      }
    });
    const first = marks[here] && marks[here][0];
    if (first) box.scrollTop = Math.max(0, first.offsetTop - box.clientHeight / 3);
    if (place) place.textContent = `Hit ${here + 1} of ${marks.length}`;
  }

  function leave() {
    model.send({ type: "close" });
  }

  function tools() {
    place = make("span", { class: "da-count", role: "status", "aria-live": "polite" });
    const step = (text, by) => {
      const button = make("button", { type: "button", text });
      button.addEventListener("click", () => go(here + by));
      return button;
    };
    const steps = marks.length ? [step("Previous hit", -1), step("Next hit", 1), place] : [];
    if (data.whole) return make("div", { class: "da-bar-of-tools" }, ...steps);
    const close = make("button", { type: "button", text: "Back to the lines", title: "Escape: close the text" });
    close.addEventListener("click", leave);
    const annotate = make("button", { type: "button", text: "Quotations and names", "aria-pressed": String(Boolean(data.annotated)) });
    annotate.title = "Mark who is quoted and who is named in this text";
    annotate.addEventListener("click", () => {
      stay = "annotate";
      model.send({ type: "annotate", on: !data.annotated });
    });
    annotate.dataset.focus = "annotate";
    return make("div", { class: "da-bar-of-tools" }, close, ...steps, annotate);
  }

  function drawPiece([piece, kinds, number, label]) {
    let node = document.createTextNode(piece);
    if (number >= 0) {
      node = make("mark", { class: "da-hit", text: piece });
      marks[number].push(node);
    }
    for (const kind of ["name", "quote"]) {
      if (kinds.includes(kind)) node = make("span", { class: `da-mark da-${kind}` }, node);
    }
    if (!label) return [node];
    return [node, make("span", { class: "da-mark-label" }, make("bdi", { text: label }))];
  }

  function draw() {
    data = model.get("data") || {};
    el.replaceChildren();
    marks = [];
    if (!data.pieces) return;
    const id = nextId("text");
    const title = make("div", { class: "da-heading", id }, make("bdi", { text: data.title }));
    const language = /^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$/.test(data.language) ? data.language : null;
    const text = make("div", { class: "da-body", dir: "auto", lang: language });
    marks = Array.from({ length: data.hits }, () => []);
    for (const piece of data.pieces) text.append(...drawPiece(piece));
    box = make("div", { class: "da-scroll da-text", role: "region", "aria-labelledby": id, tabindex: "0" }, text);
    el.append(title, make("p", { class: "da-where", text: data.where }), tools(), box);
    if (!data.whole) box.addEventListener("keydown", (event) => event.key === "Escape" && leave());
    const kept = stay && el.querySelector(`[data-focus="${stay}"]`);
    stay = "";
    requestAnimationFrame(() => {
      if (marks.length) go(Math.max(data.here, 0));
      if (kept) kept.focus();
      else if (data.here >= 0) {
        el.scrollIntoView({ block: "nearest" });
      }
    });
  }

  // Who opened a text by a key or a click reads on in it.
  model.on("msg:custom", () => requestAnimationFrame(() => box && box.isConnected && box.focus({ preventScroll: true })));
  model.on("change:data", draw);
  draw();
}

export default { render };
