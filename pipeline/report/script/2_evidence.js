// Lists of evidence, built when they are first seen: members, positions, changes, the ledger.

const where = (p) =>
  between([essayOf(p).groups, `paragraph ${data.passages[p][PARAGRAPH]}`]).join("");

function place(p, words) {
  const text = words ?? where(p);
  return essayOf(p).id ? link(`#s-${data.passages[p][ID]}`, text) : text;
}

function quoted(p) {
  return `“${excerpt(data.passages[p][TEXT])}”`;
}

// Evidence is [passage, pole (0 none, 1 a, 2 b), said before, reason].
function passage([p, pole, before, reason], { poles = null, whys = false } = {}) {
  const notes = [place(p)];
  if (poles && pole) notes.push(`for ${poles[pole - 1]}${before ? ", before" : ""}`);
  if (data.passages[p][MANNER] && !pole && whys) notes.push(data.strings[data.passages[p][MANNER]]);
  if (whys && data.strings[reason]) notes.push(data.strings[reason]);
  return h("p", {}, quoted(p), " ", who(...between(notes)));
}

function byStudent(used) {
  const found = new Map();
  for (const one of used) {
    const author = essayOf(one[0]).author;
    if (!found.has(author)) found.set(author, []);
    found.get(author).push(one);
  }
  return [...found];
}

function members(box, used, options = {}, idOf = () => null) {
  grow(box, byStudent(used), ([author, own]) =>
    h("div", { class: "member", id: idOf(author) },
      h("b", {}, author), h("div", {}, own.map((one) => passage(one, options)))));
}

// A scale from pole a to pole b: everybody as a pale tick, one dot with its interval.
function scale(position, low, high, { others = [], stance = "", label = "" } = {}) {
  const at = (x) => `${(50 * (x + 1)).toFixed(1)}%`;
  return h("span", { class: `scale ${stance}`, role: "img", "aria-label": label },
    h("i", { class: "mid" }),
    others.map((x) => h("i", { class: "other", style: `left:${at(x)}` })),
    low !== null && high !== null &&
      h("i", { class: "span", style: `left:${at(low)};right:calc(100% - ${at(high)})` }),
    h("i", { class: "dot", style: `left:${at(position)}` }));
}

const STANCES = (tension) => ({
  a: `leans to ${tension.poles[0]}`, b: `leans to ${tension.poles[1]}`, both: "holds both",
});

function standings(box, tension) {
  const stances = STANCES(tension);
  grow(box, tension.standings, ([author, id, position, low, high, stance, n]) =>
    h("div", { class: "stand" },
      link(`#${id}`, author),
      scale(position, low, high, { stance, label: `${signed(position)}${range(low, high)}` }),
      who(`${signed(position)}${range(low, high)} · ${stances[stance]}`,
        n > 1 ? ` · ${count(n, "essay")}` : "")), 400);
}

function changes(box, tension, rows, [first, last]) {
  grow(box, rows, ([author, home, prior, position, toward, used]) =>
    h("div", { class: "member" },
      h("b", {}, home ? link(`#${home}`, author) : author),
      h("div", {},
        h("p", { class: "who" }, `towards ${tension.poles["ab".indexOf(toward)]}: ` +
          `${signed(prior)} ${first}, ${signed(position)} ${last}`),
        used.map((one) => passage(one, { poles: tension.poles, whys: true })))));
}

function asked(question) {
  return h("details", { id: question.id },
    h("summary", {}, h("b", {}, question.text), " ",
      between([count(question.n, "student"), question.manner,
        question.rhetorical && `${question.rhetorical} may be rhetorical`])),
    h("div", { class: "inner" },
      question.about && h("p", { class: "note" }, "About ", link(`#${question.about[1]}`, question.about[0])),
      h("div", { "data-fill": `question ${questionAt.get(question.id)}` })));
}

const FILLS = {
  theme: (box, i) => members(box, data.themes[i].members),
  question: (box, i) => members(box, data.questions[i].members, { whys: true }),
  ledger: (box) => grow(box, data.questions, asked, 100),
  tension(box, i, list) {
    const tension = data.tensions[i];
    const options = { poles: tension.poles, whys: true };
    const ids = new Map(tension.standings.map(([author, id]) => [author, id]));
    if (list === "standings") standings(box, tension);
    else if (list === "moved") changes(box, tension, tension.moved, ["before", "now"]);
    else if (list === "drifts") changes(box, tension, tension.drifts, ["in the first essay", "in the last"]);
    else if (list === "before") members(box, tension.before, options);
    else members(box, tension[list], options, (author) => ids.get(author));
  },
};

// Fills the boxes in a part of the page; those behind a closed disclosure wait until it opens.
function fill(root, everything = false) {
  for (const box of root.querySelectorAll("[data-fill]")) {
    if (!everything && box.parentElement.closest("details:not([open])")) continue;
    const [kind, ...rest] = box.dataset.fill.split(" ");
    box.removeAttribute("data-fill");
    FILLS[kind](box, ...rest);
  }
}

addEventListener("toggle", (event) => event.target.open && fill(event.target), true);
