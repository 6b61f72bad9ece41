// Which view is shown: the address decides, so that links, the back button and bookmarks work.

const views = [...document.querySelectorAll(".view")];
const title = document.title;
const seen = new Map(); // how far each address was scrolled, for the way back
let current = null;
let followed = true; // whether the address changes by a link; else by going back or forth

function parsed() {
  const raw = location.hash.slice(1);
  const cut = raw.indexOf("?");
  const name = cut < 0 ? raw : raw.slice(0, cut);
  let id = name;
  try { id = decodeURIComponent(name); } catch { /* a broken address is taken as it is */ }
  return [id, new URLSearchParams(cut < 0 ? "" : raw.slice(cut + 1))];
}

function show(view, item) {
  for (const one of views) {
    one.classList.toggle("on", one === view);
    one.hidden = one !== view;
  }
  for (const part of view.querySelectorAll(":scope > .over, :scope > .item")) {
    part.hidden = item ? part !== item : part.classList.contains("item") && Boolean(view.querySelector(":scope > .over"));
  }
  for (const tab of document.querySelectorAll("nav a")) {
    const here = tab.hash.slice(1) === (view.dataset.of ?? view.id);
    if (here) tab.setAttribute("aria-current", "page");
    else tab.removeAttribute("aria-current");
  }
  const heading = (item ?? view).querySelector(":scope > h2, :scope > h3, :scope > .over > h2");
  // Each view reads as a page: its heading is the first level.
  for (const old of document.querySelectorAll("[aria-level]")) old.removeAttribute("aria-level");
  if (heading && view.id !== "brief") {
    const up = Number(heading.tagName[1]) - 1;
    for (const part of (item ?? view).querySelectorAll("h2,h3,h4")) {
      part.setAttribute("aria-level", Math.max(1, Number(part.tagName[1]) - up));
    }
  }
  document.title = view.id === "brief" || !heading ? title : `${heading.textContent} · ${title}`;
  fill(item ?? view);
  return heading;
}

// A place inside a list that isn't built yet: builds the lists of its item until it is there.
function built(id, item) {
  fill(item, true);
  for (const more of item.querySelectorAll(".more")) {
    while (!byId(id) && more.isConnected) more.next();
  }
  return byId(id);
}

function destination(id, params) {
  if (id === "" || id === "brief" || id === "main") return [byId("brief")];
  if (id === "essays") { showFound(params); return [byId("essays")]; }
  const passage = id.startsWith("s-") ? passageAt.get(id.slice(2)) : undefined;
  const essay = essayAt.get(id) ?? (passage === undefined ? undefined : data.passages[passage][ESSAY]);
  if (essay !== undefined && data.essays[essay].id) {
    byId("essay").replaceChildren(...essayView(essay));
    return [byId("essay"), null, passage === undefined ? null : byId(id)];
  }
  if (questionAt.has(id)) {
    show(byId("questions"));
    return [byId("questions"), null, built(id, byId("questions"))];
  }
  const tension = data.tensions.filter((one) => id.startsWith(`${one.id}-`))
    .reduce((found, one) => (found && found.id.length > one.id.length ? found : one), undefined);
  const target = byId(id) ?? (tension && built(id, byId(tension.id)));
  if (!target?.closest(".view")) return [byId("brief")];
  const item = target.closest(".item");
  return [target.closest(".view"), item, target === item || target.matches(".view") ? null : target];
}

function everything() {
  for (const view of views) {
    view.hidden = view.id === "essay" || view.id === "essays";
    view.classList.toggle("on", !view.hidden);
    for (const part of view.querySelectorAll(":scope > .over, :scope > .item")) part.hidden = false;
    fill(view);
  }
  document.title = title;
}

function route() {
  const [id, params] = parsed();
  const first = current === null;
  current = location.hash;
  if (id === "all") { everything(); scrollTo(0, 0); return; }
  const [view, item, target] = destination(id, params);
  const heading = show(view, item);
  for (let d = target?.closest("details"); d; d = d.parentElement.closest("details")) d.open = true;
  if (target?.matches("details")) fill(target);
  document.querySelectorAll(".target").forEach((node) => node.classList.remove("target"));
  if (target) {
    target.classList.add("target");
    target.scrollIntoView({ block: target.matches(".s") ? "center" : "start" });
    focusOn(target);
  } else {
    scrollTo(0, followed ? 0 : seen.get(location.hash) ?? 0);
    const typing = byId("searching").contains(document.activeElement) || byId("filters")?.contains(document.activeElement);
    if (!first && !typing) {
      const to = heading ?? byId("main");
      to.setAttribute("tabindex", "-1");
      to.focus({ preventScroll: true });
    }
  }
  followed = false;
}

let waiting = 0;
function search(now) {
  clearTimeout(waiting);
  waiting = setTimeout(() => {
    const [id, params] = parsed();
    const state = { ...(id === "essays" ? wanted(params) : { theme: "", role: "", by: [] }), q: byId("q").value.trim() };
    if (location.hash === address(state)) return;
    followed = true;
    // Each letter isn't a step to go back over: only the first one is.
    if (id === "essays" && !now) { history.replaceState(null, "", address(state)); route(); }
    else location.hash = address(state);
  }, now ? 0 : 200);
}

// The brief is one sheet of paper: one that is too long for it is made smaller.
// Pixels between the margins of A4 and of letter paper, the smaller of each, as the style of print
// sets them: the browser doesn't tell which paper there will be.
const SHEET = { width: "186mm", height: (263 / 25.4) * 96 };
function fitBrief() {
  const rules = [...document.styleSheets[0].cssRules].filter((rule) => rule.media?.mediaText === "print");
  const paper = rules.flatMap((rule) => [...rule.cssRules].map((inner) => inner.cssText));
  const trial = h("style", {}, paper.join("\n"), `body{width:${SHEET.width}}`);
  document.head.append(trial);
  const parts = [byId("brief"), document.querySelector("body > footer")];
  let fit = 1.02;
  let height = Infinity;
  // A smaller letter breaks lines elsewhere, so the size is tried and not computed.
  while (height > 0.985 * SHEET.height && fit > 0.6) {
    fit -= 0.02;
    document.documentElement.style.setProperty("--fit", fit.toFixed(2));
    height = parts.reduce((sum, part) => sum + part.getBoundingClientRect().height, 0);
  }
  trial.remove();
  return fit;
}

// What is closed in the brief is printed where the sheet has room for it in letters of a fair size.
const FAIR = 0.9;
function printBrief() {
  const closed = [...byId("brief").querySelectorAll("details:not([open])")];
  for (const details of closed) details.open = true;
  if (fitBrief() >= FAIR) { opened.push(...closed); return; }
  if (!closed.length) return;
  for (const details of closed) details.open = false;
  fitBrief();
}

const opened = []; // disclosures that were opened to be printed
addEventListener("beforeprint", () => {
  for (const more of document.querySelectorAll(".view.on .more")) while (more.isConnected) more.next();
  if (byId("brief").classList.contains("on")) printBrief();
  // Paper can't open a disclosure: what a tension holds is opened for it.
  for (const closed of document.querySelectorAll("#tensions.on .item details:not([open])")) {
    if (closed.checkVisibility()) { closed.open = true; fill(closed, true); opened.push(closed); }
  }
});
addEventListener("afterprint", () => opened.splice(0).forEach((details) => { details.open = false; }));
history.scrollRestoration = "manual";
addEventListener("hashchange", route);
addEventListener("scroll", () => seen.set(current, scrollY), { passive: true });
addEventListener("click", (event) => {
  const a = event.target.closest("a");
  if (!a) return;
  followed = true;
  if (a.classList.contains("skip")) { event.preventDefault(); byId("main").focus(); }
  else if (a.getAttribute("href") === location.hash || a.getAttribute("xlink:href") === location.hash) route();
});
addEventListener("keydown", (event) => {
  if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target.matches("input,select,textarea")) return;
  event.preventDefault();
  byId("q").focus();
});
byId("searching").addEventListener("submit", (event) => { event.preventDefault(); search(true); });
byId("q").addEventListener("input", () => search(false));
// A browser scrolls to the address by itself, when it likes: a view is shown with what is above it.
for (const place of document.querySelectorAll(".view, .item")) place.style.scrollMarginTop = "200vh";
route();
