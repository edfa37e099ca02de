"use strict";
(function () {
  function make(name, text, kind) {
    var part = document.createElement(name);
    if (text) part.textContent = text;
    if (kind) part.className = kind;
    return part;
  }
  if (location.search === "?passages") document.documentElement.classList.add("passages");

  // Older browsers do not open what an address leads into.
  function reveal() {
    var target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (!target) return;
    for (var part = target; part; part = part.parentElement)
      if (part.tagName === "DETAILS") part.open = true;
    target.scrollIntoView();
  }
  addEventListener("hashchange", reveal);
  if (location.hash) reveal();

  // Passages of a list that have a word
  function filter(passages, number) {
    var row = make("p", "", "filter"), label = make("label", "Only passages with");
    var input = make("input"), told = make("span");
    var items = Array.from(passages.querySelectorAll("li"));
    var lists = Array.from(passages.querySelectorAll("details"));
    input.type = "search";
    input.id = "filter-" + number;
    label.htmlFor = input.id;
    told.setAttribute("role", "status");
    row.append(label, input, told);
    passages.querySelector("summary").after(row);
    later(input, function () {
      var wanted = plain(input.value), kept = 0;
      items.forEach(function (item) {
        item.hidden = wanted !== "" && !plain(item.textContent).includes(wanted);
        if (!item.hidden) kept += 1;
      });
      lists.forEach(function (list) {
        list.hidden = !list.querySelector("li:not([hidden])");
        list.open = wanted !== "" && !list.hidden;
      });
      told.textContent = wanted === "" ? "" : kept + " of " + items.length + " passages";
    });
  }
  function later(input, act) {
    var waiting;
    input.addEventListener("input", function () {
      clearTimeout(waiting);
      waiting = setTimeout(act, 150);
    });
  }
  function plain(text) {
    return text.toLowerCase().replace(/\s+/g, " ").trim();
  }

  // Search over all texts of the page; of those that are not printed, over their passages
  var MOST = 100, index = null, sheet = document.getElementById("report").dataset;
  function pieces() {
    var found = [];
    document.querySelectorAll(".whole > span").forEach(function (span) {
      var title = span.closest("details").querySelector("h3").textContent;
      var text = span.textContent.replace(/\s+/g, " ");
      found.push({ id: span.id, doc: title, key: span.id, text: text, node: 0, at: 0 });
    });
    document.querySelectorAll(".list li[data-at]").forEach(function (item) {
      var text = item.querySelector("span");
      if (!text) return;
      var link = item.querySelector("a"), mark = text.querySelector("mark"), node = 0;
      var ends = item.dataset.at.split(" ").map(Number);
      for (var part = text.firstChild; mark && part !== mark; part = part.nextSibling)
        node += part.textContent.length;
      found.push({
        id: item.closest(".list").id, doc: link.querySelector("bdi").textContent, key: link.hash,
        text: text.textContent, node: node, at: ends[0],
        right: ends.length > 1 ? node + mark.textContent.length : Infinity, after: ends[1],
      });
    });
    found.forEach(function (one) { one.low = one.text.toLowerCase(); });
    return found;
  }
  function letters(text) {
    return Array.from(text.replace(/ /g, "")).length;
  }
  // Where in its text something stands, in letters: passages overlap, and a place counts once.
  function offset(one, at) {
    if (at >= one.right) return one.after + letters(one.text.slice(one.right, at));
    if (at < one.node) return one.at - letters(one.text.slice(at, one.node));
    return one.at + letters(one.text.slice(one.node, at));
  }
  function places(wanted) {
    var found = [], seen = new Set();
    index.forEach(function (one) {
      for (var at = one.low.indexOf(wanted); at >= 0; at = one.low.indexOf(wanted, at + 1)) {
        var key = one.key + "@" + offset(one, at);
        if (seen.has(key)) continue;
        seen.add(key);
        found.push({ piece: one, at: at });
      }
    });
    return found;
  }
  function hit(place, wanted) {
    var item = make("li"), one = place.piece, link = make("a", one.doc), text = make("span");
    var at = place.at, from = Math.max(0, at - 80);
    link.href = "#" + one.id;
    text.dir = "auto";
    var end = at + wanted.length, after = one.text.slice(end, end + 80);
    text.append((from ? "… " : "") + one.text.slice(from, at), make("mark", one.text.slice(at, end)));
    text.append(after + (end + 80 < one.text.length ? " …" : ""));
    item.append(link, " ", text);
    return item;
  }
  function limits() {
    var texts = Number(sheet.texts), missing = texts - Number(sheet.printed);
    if (!missing) return "";
    return missing + " of " + texts + (texts === 1 ? " text is" : " texts are") +
      " not printed here, for want of a licence: of " + (missing === 1 ? "it" : "them") +
      " only the passages on this page are searched.";
  }
  function search() {
    var form = make("div", "", "search"), line = make("div", "", "line");
    var label = make("label", "Search the texts"), input = make("input");
    var told = make("p"), list = make("ol"), limited = make("p", limits(), "note");
    form.setAttribute("role", "search");
    form.id = "search";
    input.type = "search";
    input.id = "search-texts";
    label.htmlFor = input.id;
    told.setAttribute("role", "status");
    list.hidden = true;
    list.tabIndex = 0;
    list.setAttribute("aria-label", "Places found");
    line.append(label, input);
    form.append(line, limited, told, list);
    document.querySelector("header").append(form);
    later(input, function () {
      var wanted = plain(input.value);
      index = index || pieces();
      var found = wanted.length < 2 ? [] : places(wanted);
      var texts = new Set(found.map(function (one) {
        return one.piece.key.replace(/s[0-9]+$/, "");
      })).size;
      list.replaceChildren.apply(list, found.slice(0, MOST).map(function (one) {
        return hit(one, wanted);
      }));
      list.hidden = !found.length;
      told.textContent = wanted.length < 2 ? "" : found.length === 0 ? "Found nowhere."
        : found.length + (found.length === 1 ? " place in " : " places in ") + texts +
          (texts === 1 ? " text" : " texts") +
          (found.length > MOST ? "; the first " + MOST + " are listed" : "");
    });
  }

  // Saving a figure: what the page has is enough
  function save(name, content, kind) {
    var link = make("a");
    link.download = name;
    link.href = URL.createObjectURL(content instanceof Blob ? content
      : new Blob([content], { type: kind }));
    document.body.append(link);
    link.click();
    link.remove();
    setTimeout(function () { URL.revokeObjectURL(link.href); }, 1000);
  }
  // a saved figure has its letters with it, as the page has them
  function fonts() {
    var style = document.createElementNS("http://www.w3.org/2000/svg", "style");
    var rules = document.querySelector("style").textContent.match(/@font-face\{[^}]*\}/g);
    style.textContent = (rules || []).join("\n");
    return style;
  }
  function drawing(article) {
    var svg = article.querySelector("svg").cloneNode(true), box = svg.viewBox.baseVal;
    svg.querySelectorAll(".marks").forEach(function (layer) { layer.remove(); });
    svg.removeAttribute("style");
    svg.setAttribute("width", box.width + "pt");
    svg.setAttribute("height", box.height + "pt");
    svg.setAttribute("stroke-linejoin", "round");
    svg.insertBefore(fonts(), svg.querySelector("desc").nextSibling);
    return { text: new XMLSerializer().serializeToString(svg), width: box.width, height: box.height };
  }
  function picture(article, name) {
    var made = drawing(article), image = new Image();
    image.onload = function () {
      var canvas = make("canvas"), scale = 300 / 72;
      canvas.width = Math.round(made.width * scale);
      canvas.height = Math.round(made.height * scale);
      var context = canvas.getContext("2d");
      context.fillStyle = "#fff";
      context.fillRect(0, 0, canvas.width, canvas.height);
      context.drawImage(image, 0, 0, canvas.width, canvas.height);
      canvas.toBlob(function (blob) { save(name, blob); }, "image/png");
    };
    image.src = "data:image/svg+xml;charset=utf-8," + encodeURIComponent(made.text);
  }
  function cell(part) {
    var number = part.querySelector("data");
    var text = number ? number.value : part.textContent.trim();
    if (!number && /^[=+@\t\r-]/.test(text) && isNaN(Number(text))) text = "'" + text;
    return /[",\r\n]/.test(text) ? '"' + text.replace(/"/g, '""') + '"' : text;
  }
  function rows(article) {
    return Array.from(article.querySelectorAll(".data tr")).map(function (row) {
      return Array.from(row.cells).map(cell).join(",") + "\r\n";
    }).join("");
  }
  function copy(text, told) {
    function done() { told.textContent = "Copied."; }
    function otherwise() {
      var area = make("textarea");
      area.value = text;
      area.setAttribute("aria-hidden", "true");
      document.body.append(area);
      area.select();
      var copied = document.execCommand("copy");
      area.remove();
      told.textContent = copied ? "Copied." : "This browser does not let a page copy.";
    }
    if (navigator.clipboard) navigator.clipboard.writeText(text).then(done, otherwise);
    else otherwise();
  }
  function tools(article) {
    var row = make("div", "", "tools"), told = make("span");
    var title = article.querySelector("h3").textContent;
    var number = title.split(".")[0];
    var acts = {
      PNG: function () { picture(article, article.id + ".png"); },
      SVG: function () { save(article.id + ".svg", drawing(article).text, "image/svg+xml"); },
      CSV: function () { save(article.id + ".csv", "\ufeff" + rows(article), "text/csv"); },
      "Copy caption": function () {
        copy(title + ". " + article.querySelector("figcaption").textContent, told);
      },
    };
    row.setAttribute("role", "group");
    row.setAttribute("aria-label", "Save " + number);
    told.setAttribute("role", "status");
    Object.keys(acts).forEach(function (name) {
      var button = make("button", name);
      button.type = "button";
      button.setAttribute("aria-label", name + " of " + number);
      button.addEventListener("click", acts[name]);
      row.append(button);
    });
    row.append(told);
    article.querySelector("figure").after(row);
  }

  // A mark shows its row, and leads to its passages
  var tip = make("div");
  tip.id = "tip";
  tip.hidden = true;
  tip.setAttribute("aria-hidden", "true");
  function rowOf(mark) {
    var anchor = mark.closest("article").id.replace("figure-", "f");
    return document.getElementById(anchor + "r" + (Number(mark.dataset.row) + 1));
  }
  function show(event) {
    var mark = event.target.closest && event.target.closest("[data-row]");
    var row = mark && rowOf(mark);
    tip.hidden = !row;
    if (!row) return;
    var heads = row.closest("table").tHead.rows[0].cells;
    tip.textContent = Array.from(row.cells).map(function (part, place) {
      return heads[place].textContent + ": " + part.textContent;
    }).filter(function (text) { return !/: –?$|^interval|^rank/.test(text); }).slice(0, 9).join(" · ");
    var right = event.clientX > innerWidth / 2;
    tip.style.left = right ? "auto" : event.clientX + 12 + "px";
    tip.style.right = right ? innerWidth - event.clientX + 12 + "px" : "auto";
    tip.style.top = Math.min(event.clientY + 12, innerHeight - 90) + "px";
  }
  function follow(event) {
    var mark = event.target.closest && event.target.closest("[data-row]");
    var row = mark && rowOf(mark);
    if (!row) return;
    var link = row.querySelector("a[href^='#']");
    tip.hidden = true;
    location.hash = link ? link.hash : "#" + row.id;
  }

  search();
  document.body.append(tip);
  document.querySelectorAll("article").forEach(tools);
  document.querySelectorAll("details.passages").forEach(filter);
  document.addEventListener("mousemove", show);
  document.addEventListener("click", follow);
})();
