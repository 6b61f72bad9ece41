// The view of one essay: its text marked up, what is in it, and how it stands beside the others.

function mark(p) {
  const [id, , text, name] = data.passages[p];
  return h("a", { href: `#s-${id}`, title: excerpt(text, 120) }, name);
}

const marks = (all) => between(all.map(mark), ", ");

function markedPart(part) {
  if (typeof part === "string") return part;
  const [id, , text, name, reason] = data.passages[part];
  const role = name.charAt(0);
  const why = data.strings[reason];
  const told = "CQS".includes(role) || name.length > 1;
  return h("span", {
    id: `s-${id}`, class: `s ${CLASSES[role]}`, "data-m": name, title: why,
    tabindex: told ? "0" : null, role: told ? "note" : null,
    "aria-label": told ? `${name}, ${ROLES[role]}${why ? `: ${why}` : ""}. ${text}` : null,
  }, text);
}

function markedText(essay) {
  const kinds = { heading: "h", "list item": "i", quote: "q" };
  return h("div", { class: "text" }, essay.blocks.map(([kind, marker, n, ...parts]) =>
    h(kind === "quote" ? "blockquote" : "p", { "data-n": n, class: kinds[kind] },
      marker && [h("i", {}, marker), " "], parts.map(markedPart))));
}

function titled(heading, ...children) {
  const inside = children.flat(Infinity).filter(Boolean);
  return inside.length ? h("section", {}, h("h3", {}, heading), inside) : null;
}

function besideThemes(essay) {
  if (!essay.themes.length && !essay.unthemed.length) return null;
  const rows = essay.themes.map(([id, ...own]) => {
    const theme = themeAt.get(id);
    return h("tr", {},
      h("td", {}, theme ? link(`#${id}`, theme.name) : id),
      h("td", {}, marks(own)),
      h("td", { class: "n" }, theme ? percent(theme.share[0]) : ""));
  });
  if (essay.unthemed.length) {
    rows.push(h("tr", {}, h("td", {}, "in no theme"), h("td", {}, marks(essay.unthemed)), h("td")));
  }
  return h("table", { class: "narrow" },
    h("thead", {}, h("tr", {}, h("th", { scope: "col" }, "Theme"), h("th", { scope: "col" }, "Here"),
      h("th", { scope: "col", class: "n" }, data.several ? "Share of a student’s essays" : "Students who take it up"))),
    h("tbody", {}, rows));
}

function besideTensions(essay) {
  return essay.stands.map(([id, stance, position, low, high, used]) => {
    const tension = tensionAt.get(id);
    if (!tension) return null;
    const words = position === null ? stance : `${stance}: ${signed(position)}${range(low, high)}`;
    return h("div", { class: "placed" },
      h("p", {}, link(`#${id}`, tension.name), " ", who(words)),
      position !== null && [
        h("div", { class: "poles" }, h("span", {}, tension.poles[0]), h("span", {}, tension.poles[1])),
        scale(position, low, high, {
          others: tension.standings.map((one) => one[2]),
          label: `The essay stands at ${words}; the class: ${count(tension.standings.length, "student")}`,
        }),
      ],
      used.map((one) => passage(one, { poles: tension.poles, whys: true })));
  });
}

const nameOf = (essay) => essay.title || essay.groups || essay.submitted || count(essay.words, "word");
const told = (all) => all.map((one) => h("p", {}, sentence(one)));

function essayView(i) {
  const essay = data.essays[i];
  const shown = data.essays.filter((one) => one.id);
  const others = shown.filter((one) => one.author === essay.author && one !== essay);
  const [before, after] = [data.essays[i - 1], data.essays[i + 1]];
  const claims = essay.blocks.flatMap(([, , , ...parts]) => parts)
    .filter((part) => typeof part === "number" && roleOf(part) === "C");
  return [
    h("p", { class: "crumb noprint" }, between([
      link("#essays", "All essays"),
      before?.id && link(`#${before.id}`, `← ${before.author}, ${nameOf(before)}`),
      after?.id && link(`#${after.id}`, `${after.author}, ${nameOf(after)} →`)])),
    h("h2", {}, essay.title || `An essay by ${essay.author}`),
    h("p", { class: "who" }, between([essay.author, essay.groups, essay.submitted,
      count(essay.words, "word"), count(essay.claims, "claim"), count(essay.asks.length, "question")])),
    h("p", { class: "lede" }, between(essay.reading.map(sentence), " ")),
    h("div", { class: "essay" },
      h("div", {}, byId("key").content.cloneNode(true), markedText(essay),
        byId(`profile-${essay.id}`)?.content.cloneNode(true)),
      h("div", { class: "aside" },
        titled("What is usual in it", told(essay.usual)),
        titled("What is unusual in it", told(essay.unusual)),
        titled(essay.earlier.length ? "Beside the earlier essays" : "By the same student", told(essay.earlier),
          others.length && h("p", { class: "who" }, "Other essays: ",
            between(others.map((one) => link(`#${one.id}`, nameOf(one))), ", "))),
        titled("Its themes beside the class’s", besideThemes(essay)),
        titled("Where it stands, beside the class", besideTensions(essay)),
        titled("What changed", essay.shifts.map(([prior, now]) => h("p", {},
          mark(prior), " ", quoted(prior), " gave way to ", mark(now), " ", quoted(now)))),
        titled("What it asks", essay.asks.map((p) => h("p", {}, mark(p), " ", quoted(p), " ",
          who(data.strings[data.passages[p][MANNER]])))),
        titled("What it takes from its sources", essay.sources.map((p) =>
          h("p", {}, mark(p), " ", quoted(p)))),
        titled("Notices", essay.notices.map((text) => h("p", {}, text))),
        claims.length > 0 && h("details", {}, h("summary", {}, `What it claims: ${count(claims.length, "claim")}`),
          claims.map((p) => h("p", {}, mark(p), " ", quoted(p)))))),
  ];
}
