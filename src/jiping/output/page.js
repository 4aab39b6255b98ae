const facts = JSON.parse(one("#data").textContent);
const main = one("#text"), card = one("#card"), arcs = one("#arcs");
let current = null, quiet = 0;  // until then, scrolling is our own and leaves the card

// --- the card that says what a statement is ---
function row(name, percent) {
  const node = make("div", "row"), bar = make("i"), fill = make("b");
  fill.style.width = percent + "%";
  bar.append(fill);
  node.append(make("span", "", name), bar, make("span", "", percent + "%"));
  return node;
}
function describe(id) {
  const s = facts.s[id], title = make("div", "t", s.k + (s.clarity ? " · " + s.clarity : ""));
  title.append(make("small", "", [s.in, s.at, "把握 " + s.p + "%"].filter(Boolean).join(" · ")));
  card.replaceChildren(title, ...s.areas.map(([name, p]) => row(name, p)));
  for (const [name, quote, hint] of s.flags) {
    card.append(make("div", "f", "▸ " + name + (quote ? "：“" + quote + "”" : "")));
    if (hint) card.append(make("div", "r", hint));
  }
  for (const message of s.checks) card.append(make("div", "c", "▸ 核对：" + message));
  if (s.review) card.append(make("div", "r", "▸ 把握不足，请人工复核"));
}
function showCard(node) {
  describe(node.dataset.id);
  card.hidden = false;
  const at = node.getBoundingClientRect(), size = card.getBoundingClientRect();
  const left = node.getClientRects()[0].left, below = at.bottom + 8 + size.height < innerHeight;
  card.style.left = Math.max(8, Math.min(left, innerWidth - size.width - 8)) + "px";
  card.style.top = (below ? at.bottom + 8 : Math.max(8, at.top - size.height - 8)) + "px";
}
main.addEventListener("mouseover", (event) => {
  const node = event.target.closest(".s");
  if (node) showCard(node); else card.hidden = true;
});
main.addEventListener("mouseleave", () => { card.hidden = true; });
main.addEventListener("scroll", () => { if (performance.now() > quiet) card.hidden = true; });

// --- choosing an item: the text, the list and its partners light up ---
const partners = (id) => facts.links.filter((l) => l.includes(id)).map(([p, m]) => (p === id ? m : p));
const parts = (id) => Object.keys(facts.item).filter((k) => facts.item[k] === id).map((k) => one("#s" + k));
function choose(id, scroll = true) {
  const first = facts.item[id] ?? id, node = one("#s" + first);
  if (!node) return;
  all(".on, .pair").forEach((n) => n.classList.remove("on", "pair"));
  (facts.item[id] === undefined ? [node] : parts(first)).forEach((n) => n.classList.add("on"));
  partners(first).flatMap(parts).forEach((n) => n.classList.add("pair"));
  all(`.entry[data-go="${first}"]`).forEach((n) => {
    n.classList.add("on");
    if (n.closest(".panel").classList.contains("open")) n.scrollIntoView({ block: "nearest" });
  });
  all("#arcs path").forEach((p) => p.classList.toggle("on", p.dataset.ends.split(" ").includes(String(first))));
  current = first;
  if (scroll) node.scrollIntoView({ block: "center" });
}
document.addEventListener("click", (event) => {
  const go = event.target.closest("[data-go]");
  if (go) { event.preventDefault(); choose(Number(go.dataset.go)); return; }
  const node = event.target.closest(".s");
  if (node && facts.item[node.dataset.id] !== undefined) choose(Number(node.dataset.id), false);
});

// --- lists at the side ---
const tabs = all(".tabs button");
function open(tab) {
  tabs.forEach((t) => t.setAttribute("aria-selected", String(t === tab)));
  all(".panel").forEach((p) => p.classList.toggle("open", p.dataset.panel === tab.dataset.tab));
}
tabs.forEach((tab) => tab.addEventListener("click", () => open(tab)));
if (tabs.length) open(tabs[0]);

// --- filters ---
function filter() {
  all("[data-filter]").forEach((chip) =>
    document.body.classList.toggle("off-" + chip.dataset.filter, chip.getAttribute("aria-pressed") === "false"));
  const area = one("#area").value, review = one("#review").checked;
  all(".entry[data-areas]").forEach((entry) => {
    const fits = (!area || entry.dataset.areas.split(" ").includes(area)) && (!review || entry.dataset.review === "1");
    entry.hidden = !fits || document.body.classList.contains("off-" + entry.dataset.kind);
  });
  const name = area && one("#area").selectedOptions[0].textContent;
  all(".s").forEach((node) => {
    const s = facts.s[node.dataset.id];
    node.classList.toggle("dim", Boolean((name && !s.areas.some(([a]) => a === name)) || (review && !s.review)));
  });
  draw();
}
all("[data-filter]").forEach((chip) => chip.addEventListener("click", () => {
  chip.setAttribute("aria-pressed", String(chip.getAttribute("aria-pressed") === "false"));
  filter();
}));
one("#area").addEventListener("change", filter);
one("#review").addEventListener("change", filter);

// --- lines from problems to measures, in the left margin ---
function draw() {
  const top = main.getBoundingClientRect().top - main.scrollTop, left = main.getBoundingClientRect().left;
  arcs.setAttribute("height", main.scrollHeight);
  arcs.replaceChildren(...facts.links.map(([p, m]) => {
    const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
    const ends = [one("#s" + p), one("#s" + m)].map((n) => n.closest("p"));
    const [a, b] = [p, m].map((id) => one("#s" + id).getClientRects()[0].top - top + 12);
    const x = Math.min(...ends.map((n) => n.getBoundingClientRect().left)) - left - 8;
    const bend = Math.min(x - 6, 14 + Math.abs(b - a) / 18);
    path.setAttribute("d", `M${x},${a} C${x - bend * 1.3},${a} ${x - bend * 1.3},${b} ${x},${b}`);
    path.dataset.ends = p + " " + m;
    path.classList.toggle("on", current === p || current === m);
    return path;
  }));
  const off = ["off-problem", "off-measure"].some((c) => document.body.classList.contains(c));
  arcs.style.display = off ? "none" : "";
}
addEventListener("resize", draw);
draw();

// --- where the reader is ---
const places = all(".side li");
const watcher = new IntersectionObserver((seen) => {
  for (const entry of seen) {
    const link = places.find((li) => one("a", li).hash === "#" + entry.target.id);
    link.classList.toggle("here", entry.isIntersecting);
  }
}, { root: getComputedStyle(main).overflowY === "auto" ? main : null, rootMargin: "-10% 0px -75% 0px" });
all(".part").forEach((part) => watcher.observe(part));

// --- keyboard ---
function step(by, kind) {
  const nodes = Object.keys(facts.tags).map(Number).sort((a, b) => a - b).filter((id) => {
    const node = one("#s" + id), own = ["problem", "measure", "target"].find((k) => node.classList.contains(k));
    return !node.classList.contains("dim") && !document.body.classList.contains("off-" + own) && (!kind || own === kind);
  });
  if (!nodes.length) return;
  const here = current ?? -1;
  const next = by > 0 ? nodes.find((id) => id > here) ?? nodes[0] : nodes.findLast((id) => id < here) ?? nodes.at(-1);
  quiet = performance.now() + 300;
  choose(next);
  showCard(parts(next).at(-1));
}
const keys = {
  j: () => step(1), k: () => step(-1), n: () => step(1, "problem"), p: () => step(-1, "problem"),
  l: () => { const [other] = partners(current); if (other !== undefined) choose(other); },
  "?": () => (one("#help").open ? one("#help").close() : one("#help").showModal()),
};
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.target.matches("input, select")) return;
  if (event.key === "Enter" && event.target.matches(".entry")) choose(Number(event.target.dataset.go));
  else if (/^[1-9]$/.test(event.key) && tabs[event.key - 1]) open(tabs[event.key - 1]);
  else if (keys[event.key]) { event.preventDefault(); keys[event.key](); }
});
one("#help-open").addEventListener("click", keys["?"]);
if (/^#s\d+$/.test(location.hash)) choose(Number(location.hash.slice(2)));
