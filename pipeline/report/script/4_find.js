// Search and filters over claims, questions and essays; their state is the page's address.

const plain = (text) =>
  text.normalize("NFKD").replace(/\p{M}/gu, "").replace(/[’‘]/g, "'").toLowerCase();
let searchable = null;
const themesOf = new Map();
const groupings = new Map();

function prepare() {
  if (searchable) return;
  searchable = data.passages.map((one) => plain(one[TEXT]));
  for (const theme of data.themes) {
    for (const [p] of theme.members) keepTheme(p, theme.id);
  }
  for (const essay of data.essays) {
    for (const [id, ...own] of essay.themes ?? []) for (const p of own) keepTheme(p, id);
    for (const [name, value] of Object.entries(essay.values ?? {})) {
      if (!groupings.has(name)) groupings.set(name, new Set());
      groupings.get(name).add(value);
    }
  }
}

function keepTheme(p, id) {
  if (!themesOf.has(p)) themesOf.set(p, new Set());
  themesOf.get(p).add(id);
}

// Words in any order; what stands in quotation marks is one phrase.
const terms = (query) =>
  [...query.matchAll(/["“]([^"”]+)["”]|\S+/g)].map((found) => plain(found[1] ?? found[0]).trim()).filter(Boolean);

function wanted(params) {
  const by = [...params].filter(([name, value]) => name.startsWith("by.") && value);
  return {
    q: params.get("q") ?? "", theme: params.get("theme") ?? "", role: params.get("role") ?? "",
    by: by.map(([name, value]) => [name.slice(3), value]),
  };
}

function address({ q, theme, role, by }) {
  const params = new URLSearchParams();
  if (q) params.set("q", q);
  if (theme) params.set("theme", theme);
  for (const [name, value] of by) params.set(`by.${name}`, value);
  if (role) params.set("role", role);
  const text = params.toString();
  return text ? `#essays?${text}` : "#essays";
}

// Finds passages by essay; without words, theme or role every essay that the groups leave.
function find({ q, theme, role, by }) {
  const words = terms(q);
  const inGroups = (essay) => by.every(([name, value]) => essay.values?.[name] === value);
  const passages = new Map();
  if (words.length || theme || role) {
    data.passages.forEach((one, p) => {
      const essay = data.essays[one[ESSAY]];
      if (role && roleOf(p) !== role) return;
      if (theme && !themesOf.get(p)?.has(theme)) return;
      if (!words.every((word) => searchable[p].includes(word)) || !inGroups(essay)) return;
      if (!passages.has(essay)) passages.set(essay, []);
      passages.get(essay).push(p);
    });
  }
  const found = [];
  for (const essay of data.essays) {
    const own = passages.get(essay);
    const named = words.length && !theme && !role &&
      words.every((word) => plain(`${essay.author} ${essay.title ?? ""} ${essay.groups}`).includes(word));
    const all = !words.length && !theme && !role && essay.id;
    if (inGroups(essay) && (own || named || all)) found.push([essay, own ?? []]);
  }
  return found;
}

function lit(text, words) {
  if (!words.length) return text;
  const pattern = words.map((word) => word.replace(/[.*+?^${}()|[\]\\]/g, "\\$&").replace(/'/g, "['’‘]"));
  return text.split(new RegExp(`(${pattern.join("|")})`, "giu"))
    .map((part, i) => (i % 2 ? h("mark", {}, part) : part));
}

function foundEssay([essay, own], words) {
  const title = between([essay.author, essay.title]).join("");
  const about = [essay.groups];
  if (essay.id) about.push(count(essay.words, "word"), count(essay.claims, "claim"), count(essay.asks.length, "question"));
  const hit = (p) => h("p", { class: "hit" }, h("span", { class: `s ${CLASSES[roleOf(p)] ?? ""}`, "data-m": data.passages[p][MARK] },
    lit(excerpt(data.passages[p][TEXT]), words)), " ", who(place(p, `paragraph ${data.passages[p][PARAGRAPH]}`)));
  const box = h("div", { class: "found" },
    h("p", {}, essay.id ? link(`#${essay.id}`, h("b", {}, lit(title, words))) : h("b", {}, title), " ", who(...between(about))));
  if (own.length) grow(box.appendChild(h("div")), own, hit, 5);
  return box;
}

function choice(name, label, options, value, change) {
  return h("div", {}, h("label", { for: `filter-${name}` }, label),
    h("select", { id: `filter-${name}`, name, change }, h("option", { value: "" }, "all"),
      options.map(([key, text]) => h("option", { value: key, selected: key === value }, text))));
}

const ordered = (values) =>
  [...values].sort((a, b) => a.localeCompare(b, "en", { numeric: true }));

function filters(state) {
  const go = () => {
    const form = new FormData(byId("filters"));
    const by = [...form].filter(([name, value]) => name.startsWith("by.") && value);
    location.hash = address({ q: byId("q").value.trim(), theme: form.get("theme") ?? "", role: form.get("role") ?? "",
      by: by.map(([name, value]) => [name.slice(3), value]) });
  };
  const chosen = Object.fromEntries(state.by);
  const roles = ["C", "Q", "S", "A"].filter((role) => data.passages.some((one) => one[MARK].startsWith(role)));
  return [
    data.themes.length && choice("theme", "Theme", data.themes.map((t) => [t.id, t.name]), state.theme, go),
    [...groupings].map(([name, values]) =>
      choice(`by.${name}`, name.charAt(0).toUpperCase() + name.slice(1), ordered(values).map((v) => [v, v]), chosen[name] ?? "", go)),
    choice("role", "Role", roles.map((role) => [role, ROLES[role]]), state.role, go),
    (state.theme || state.role || state.by.length || state.q) && h("a", { href: "#essays", class: "clear" }, "Clear all"),
  ].flat().filter(Boolean);
}

function summary(found, state) {
  const hits = found.reduce((sum, [, own]) => sum + own.length, 0);
  const students = new Set(found.map(([essay]) => essay.author)).size;
  if (!found.length) return "Nothing fits. Leave out a word or a filter.";
  const essays = `${count(found.length, "essay")} by ${count(students, "student")}`;
  return hits ? `${count(hits, "passage")} in ${essays}` : essays;
}

function alsoNamed(words, state) {
  if (!words.length || state.theme || state.role || state.by.length) return [];
  const named = (text) => words.every((word) => plain(text).includes(word));
  const things = [
    ...data.themes.filter((t) => named(t.name)).map((t) => ["theme", t.name, t.id, t.n]),
    ...data.tensions.filter((t) => named(t.name)).map((t) => ["tension", t.name, t.id, t.standings.length]),
    ...data.questions.filter((t) => named(t.text)).map((t) => ["question", t.text, t.id, t.n]),
  ];
  return things.slice(0, 12).map(([kind, name, id, n]) =>
    h("li", {}, who(`${kind} `), link(`#${id}`, lit(name, words)), " ", who(count(n, "student"))));
}

function showFound(params) {
  prepare();
  const state = wanted(params);
  const words = terms(state.q);
  const found = find(state);
  if (document.activeElement !== byId("q")) byId("q").value = state.q;
  // A select that has the focus keeps it: the filters are made anew.
  const focused = document.activeElement?.name;
  byId("filters").replaceChildren(...filters(state));
  if (focused) byId("filters").elements[focused]?.focus();
  byId("found-summary").textContent = summary(found, state);
  const also = alsoNamed(words, state);
  byId("also").replaceChildren(...(also.length ? [h("ul", { class: "plain" }, also)] : []));
  byId("found").replaceChildren();
  if (found.length) grow(byId("found"), found, (one) => foundEssay(one, words), 40);
}
