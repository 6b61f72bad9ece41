// What everything else is built with: elements, the page's data, and addresses.

function h(tag, props, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(props ?? {})) {
    if (value === undefined || value === null || value === false) continue;
    if (value === "" && name !== "value") continue;
    if (typeof value === "function") node.addEventListener(name, value);
    else node.setAttribute(name, value === true ? "" : value);
  }
  // Text is only ever added as text: what students write is never read as HTML.
  node.append(...children.flat(Infinity).filter((c) => c !== null && c !== undefined && c !== false && c !== ""));
  return node;
}

const byId = (id) => document.getElementById(id);
const data = JSON.parse(byId("data").textContent);
const [ID, ESSAY, TEXT, MARK, REASON, PARAGRAPH, MANNER] = [0, 1, 2, 3, 4, 5, 6];
const ROLES = { C: "claim", Q: "question", S: "claim of a source", A: "account", F: "frame" };
const CLASSES = { C: "claim", Q: "question", S: "source", A: "account", F: "frame" };

const passageAt = new Map(data.passages.map((passage, i) => [passage[ID], i]));
const essayAt = new Map(data.essays.map((essay, i) => [essay.id, i]).filter(([id]) => id));
const themeAt = new Map(data.themes.map((theme) => [theme.id, theme]));
const tensionAt = new Map(data.tensions.map((tension) => [tension.id, tension]));
const questionAt = new Map(data.questions.map((question, i) => [question.id, i]));

const essayOf = (p) => data.essays[data.passages[p][ESSAY]];
const roleOf = (p) => data.passages[p][MARK].charAt(0);

function excerpt(text, most = 600) {
  const flat = text.split(/\s+/).join(" ").trim();
  if (flat.length <= most) return flat;
  return flat.slice(0, most).replace(/\s\S*$/, "").replace(/[,;:–\- ]+$/, "") + " …";
}

const number = (n) => n.toLocaleString("en-US");
const plural = (n, noun) => (n === 1 ? noun : noun.replace(/([^aeiou])y$/, "$1ie") + "s");
const count = (n, noun) => `${n ? number(n) : "no"} ${plural(n, noun)}`;
const percent = (share) => `${Math.floor(100 * share + 0.5 + 1e-9)}\u00a0%`;
const signed = (x) =>
  Math.abs(x) < 0.005 ? "0.00" : (x < 0 ? "−" : "+") + Math.abs(x).toFixed(2);
const range = (low, high) =>
  low === null || high === null ? "" : ` (${signed(low)} to ${signed(high)})`;

const link = (href, ...children) => h("a", { href }, ...children);
const who = (...children) => h("span", { class: "who" }, ...children);
const sentence = (pieces) =>
  pieces.map((piece) => (Array.isArray(piece) ? link(piece[1], piece[0]) : piece));

function between(things, separator = " · ") {
  return things
    .filter((thing) => thing && (thing.length === undefined || thing.length))
    .flatMap((thing, i) => (i ? [separator, thing] : [thing]));
}

// Fills a box with as many things as one can read, and offers the next ones.
function grow(box, things, build, step = 60) {
  let shown = 0;
  const more = h("button", { type: "button", class: "more", click: () => focusOn(next()) });
  function next() {
    const made = things.slice(shown, shown + step).map(build);
    more.before(...made);
    shown = Math.min(things.length, shown + step);
    more.textContent = `Show ${number(Math.min(step, things.length - shown))} more of ${number(things.length)}`;
    if (shown >= things.length) more.remove();
    return made[0];
  }
  more.next = next;
  box.append(more);
  next();
}

function focusOn(node) {
  if (!node) return;
  const target = node.matches("a,button,summary,[tabindex]") ? node : node.querySelector("a,summary") ?? node;
  if (target === node && !node.hasAttribute("tabindex") && !node.matches("a,button,summary")) {
    node.setAttribute("tabindex", "-1");
  }
  target.focus({ preventScroll: true });
}
