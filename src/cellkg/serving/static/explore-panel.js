// The details of the node or link that is chosen, and the filters.

import { ask, pathFields } from "./explore-data.js";
import { button, element, part } from "./dom.js";

export function showNode(node, state, all, acts) {
  const opened = state.node === node.id || state.open.includes(node.id);
  const focus = node.id === all.focus;
  const facts = element("div", {}, element("p", { class: "count" }, "reading …"));
  fill(
    element("h2", {}, node.label),
    element("p", { class: "count" }, `${node.kind} · `, element("code", {}, node.id)),
    element(
      "p", { class: "buttons" },
      opened ? (focus ? "" : button("Close", () => acts.close(node.id))) : button("Expand", () => acts.open(node.id), { class: "" }),
      all.more.has(node.id) ? button("Show more", () => acts.more(node.id)) : "",
      focus ? "" : button("Hide", () => acts.hide(node.id)),
      element("a", { href: `/explore?node=${encodeURIComponent(node.id)}` }, "start here"),
      node.page ? element("a", { href: node.page }, "its page") : "",
    ),
    pathForm(node, all, acts),
    facts,
  );
  ask(`/explore/node.json?${new URLSearchParams({ node: node.id })}`).then(
    (said) => facts.replaceChildren(...factsOf(node, said)),
    (problem) => facts.replaceChildren(element("p", { class: "problem" }, problem.message)),
  );
}

function pathForm(node, all, acts) {
  const names = element("datalist", { id: "path-ends" });
  for (const other of all.nodes.values()) if (other.id !== node.id) names.append(element("option", { value: other.id }, other.label));
  const field = element("input", { name: "other", list: "path-ends", required: true, placeholder: "Name or id" });
  const asked = (event) => {
    event.preventDefault();
    acts.path(node.id, field.value.trim());
  };
  return element("form", { class: "path", onsubmit: asked }, element("label", {}, "Paths to ", field), element("button", { class: "quiet" }, "Find"), names);
}

function factsOf(node, said) {
  const facets = Object.entries(node.facets).flatMap(([name, values]) => [element("dt", {}, name), element("dd", {}, values.map(([, shown]) => shown).join(", "))]);
  const facts = said.flatMap((fact) => [
    element("dt", {}, fact.property),
    element("dd", {}, short(fact.value), ...fact.words.map((words) => element("q", {}, words)), element("small", {}, fact.sources.join("; "))),
  ]);
  return facts.length + facets.length ? [element("dl", {}, ...facets, ...facts)] : [element("p", { class: "count" }, "Nothing more is said of it.")];
}

export function showLink(link, all) {
  const [start, end] = [all.nodes.get(link.start), all.nodes.get(link.end)];
  const why = element("div", { id: "why" }, element("p", { class: "count" }, "reading …"));
  fill(element("h2", {}, `${start.label} ${link.label} ${end.label}`), why);
  ask(`/explore/link.json?${new URLSearchParams({ start: link.start, end: link.end })}`).then(
    ({ chains }) => why.replaceChildren(...(chains.length ? chains.map(chainOf) : [element("p", {}, "By the ontology, or over several steps.")])),
    (problem) => why.replaceChildren(element("p", { class: "problem" }, problem.message)),
  );
}

function chainOf(chain) {
  const told = chain.statements.filter(hasWords);
  const between = chain.statements.filter((statement) => !hasWords(statement));
  return element(
    "div", { class: "chain" },
    told.length ? listed(told) : element("p", { class: "count" }, "No words of a text are marked for this; it is a field of the source."),
    between.length ? element("details", { open: !told.length }, element("summary", {}, "The statements that join them"), listed(between)) : "",
  );
}

function hasWords(statement) {
  return statement.proofs.some((proof) => proof.words || proof.rule);
}

function listed(statements) {
  const items = statements.map((statement) =>
    element(
      "li", {},
      element("span", { class: "statement" }, element("b", {}, statement.subject), ` ${statement.property} `, element("b", {}, statement.value)),
      ...statement.proofs.map(proofOf),
      statement.proofs.some((proof) => proof.source) ? "" : element("small", {}, statement.sources.map(([, title]) => title).join("; ")),
    ),
  );
  return element("ul", {}, ...items);
}

// The spot leads to the words, marked in the text of the source.
function place(proof) {
  if (!proof.passage.source || !proof.spot) return proof.spot;
  return element("a", { href: `/passage?${new URLSearchParams(proof.passage)}` }, proof.spot);
}

function proofOf(proof) {
  const how = [proof.kind, proof.rule && `rule: ${proof.rule}`, proof.confidence && `confidence ${proof.confidence}`].filter(Boolean).join("; ");
  return element("span", { class: "evidence" }, proof.words ? element("q", {}, proof.words) : "", " ", place(proof), " ", element("small", {}, [how, proof.source].filter(Boolean).join(" — ")));
}

export function showPaths(pair, found, acts) {
  const [start, end] = pair.split(" ");
  const list = found.paths.length
    ? element("ol", {}, ...found.paths.map((text) => element("li", {}, text)))
    : element("p", {}, "No path of at most six links that avoids what most studies share.");
  fill(element("h2", {}, `Paths from ${nameIn(found, start)} to ${nameIn(found, end)}`), list, button("Take away", () => acts.forget(pair)));
}

function nameIn(found, id) {
  return found.nodes.find((node) => node.id === id)?.label ?? id;
}

export function showProblem(message) {
  fill(element("p", { class: "problem" }, message));
}

export function showHelp() {
  fill(
    element("h2", {}, "Nothing chosen"),
    element("p", {}, "Choose a node for what is said of it, a link for the evidence. A double click expands a node."),
  );
}

function fill(...content) {
  part("panel").replaceChildren(...content.filter(Boolean));
}

// Kinds and links of what is there, facets of all studies that were seen.
export function showFilters(state, all, seen, view, acts) {
  const nodes = [...all.nodes.values()];
  const kinds = counted(nodes.map((node) => [node.kind, node.kind]));
  const labels = counted([...all.links.values()].map((link) => [link.label, link.label]));
  const boxes = [
    group("Kinds of node", kinds, (kind) => !state.without.includes(kind), (kind) => acts.toggle("without", kind), (kind) => sign(view, kind)),
    group("Links", labels, (label) => !state.unlinked.includes(label), (label) => acts.toggle("unlinked", label)),
  ];
  for (const facet of state.constructor.facets) {
    const pairs = [...seen.values()].flatMap((node) => node.facets[facet] ?? []);
    if (!pairs.length) continue;
    const named = `Only studies of this ${facet}`;
    boxes.push(group(named, counted(pairs), (value) => state[facet].includes(value), (value) => acts.toggle(facet, value)));
  }
  const place = part("filters");
  const unfolded = [...place.querySelectorAll("details")].map((box) => [box.dataset.title, box.open]);
  const focused = document.activeElement?.dataset?.filter;
  place.replaceChildren(element("h2", {}, "Filter"), ...boxes);
  for (const [title, open] of unfolded) for (const box of boxes) if (box.dataset.title === title) box.open = open;
  if (focused) [...place.querySelectorAll("input")].find((box) => box.dataset.filter === focused)?.focus();
}

function group(title, entries, ticked, toggle, before) {
  const rows = [...entries.entries()].sort((one, other) => other[1].number - one[1].number).slice(0, 60).map(([value, { name, number }]) =>
    element(
      "li", {},
      element("label", { class: "tick" }, element("input", { type: "checkbox", "data-filter": `${title} ${value}`, checked: ticked(value), onchange: () => toggle(value) }), before ? before(value) : "", `${name} `, element("small", {}, String(number))),
    ),
  );
  return element("details", { open: title === "Kinds of node", "data-title": title }, element("summary", {}, title), element("ul", {}, ...rows));
}

function counted(pairs) {
  const found = new Map();
  for (const [value, name] of pairs) found.set(value, { name, number: (found.get(value)?.number ?? 0) + 1 });
  return found;
}

const SIGNS = { dot: "●", square: "■", diamond: "◆", hexagon: "⬢", triangle: "▲", triangleDown: "▼", star: "★", octagon: "⯃" };

export function sign(view, kind) {
  const { shape, colour } = view.lookOf(kind);
  const made = element("span", { class: "sign", "aria-hidden": "true" }, SIGNS[shape] ?? "●");
  made.style.color = colour;
  return made;
}

function short(text) {
  return text.length > 400 ? `${text.slice(0, 400)}…` : text;
}

export { pathFields };
