
"use strict";

(() => {
  const byId = (id) => document.getElementById(id);
  const graph = JSON.parse(byId("graph").textContent);
  for (const fact of graph.nodes.flatMap((node) => node.facts)) fact.source = graph.sources[fact.source];
  for (const edge of graph.edges) edge.sources = edge.sources.map((place) => graph.sources[place]);

  const kinds = new Map(graph.kinds.map((kind) => [kind.id, kind]));
  const nodes = new Map(graph.nodes.map((node, place) => [node.id, { ...node, place }]));
  const idOfIri = new Map(graph.nodes.map((node) => [node.iri, node.id]));
  const edges = new Map(graph.edges.map((edge) => [edge.id, edge]));
  const edgesAt = new Map(graph.nodes.map((node) => [node.id, []]));
  for (const edge of graph.edges) {
    edgesAt.get(edge.from).push(edge);
    if (edge.to !== edge.from) edgesAt.get(edge.to).push(edge);
  }

  const state = {
    limit: graph.window,
    revealed: new Set(),
    off: new Set(),
    node: null,
    edge: null,
    hovered: null,
    everyEdgeLabel: false,
    settled: true,
    active: -1,
    found: [],
  };
  const places = new Map();
  const drawnNodes = new vis.DataSet();
  const drawnEdges = new vis.DataSet();
  let network = null;

  const dark = matchMedia("(prefers-color-scheme: dark)");
  const calm = matchMedia("(prefers-reduced-motion: reduce)");
  const narrow = matchMedia("(max-width: 820px)");
  const motion = () => (calm.matches ? false : { duration: 280, easingFunction: "easeInOutQuad" });
  const number = (count) => count.toLocaleString("en");
  const plural = (count, word) => `${number(count)} ${word}${count === 1 ? "" : "s"}`;

  // ---- small pieces of the document; every text goes in as text ----

  function element(tag, properties = {}, ...children) {
    const made = document.createElement(tag);
    for (const [name, value] of Object.entries(properties)) {
      if (name.includes("-") || name === "role") made.setAttribute(name, value);
      else made[name] = value;
    }
    made.append(...children.filter((child) => child !== null));
    return made;
  }

  const OUTLINES = {
    dot: "M8 1.8a6.2 6.2 0 1 1 0 12.4A6.2 6.2 0 1 1 8 1.8z",
    square: "M2.6 2.6h10.8v10.8H2.6z",
    diamond: "M8 .8 15.2 8 8 15.2.8 8z",
    hexagon: "M4.4 1.8h7.2L15.2 8l-3.6 6.2H4.4L.8 8z",
    triangle: "M8 1.4 15 14H1z",
    triangleDown: "M8 14.6 1 2h14z",
    star: "M8 .6l2.3 4.9 5.3.7-3.9 3.7 1 5.3L8 12.6l-4.7 2.6 1-5.3L.4 6.2l5.3-.7z",
  };

  function mark(kind) {
    const space = "http://www.w3.org/2000/svg";
    const drawing = document.createElementNS(space, "svg");
    const outline = document.createElementNS(space, "path");
    drawing.setAttribute("viewBox", "0 0 16 16");
    drawing.setAttribute("class", "mark");
    drawing.setAttribute("aria-hidden", "true");
    drawing.style.setProperty("--kind-light", kind.light);
    drawing.style.setProperty("--kind-dark", kind.dark);
    outline.setAttribute("d", OUTLINES[kind.shape]);
    drawing.append(outline);
    return drawing;
  }

  const kindOf = (node) => kinds.get(node.group);
  const otherEnd = (edge, id) => (edge.from === id ? edge.to : edge.from);
  const kindOrder = new Map(graph.kinds.map((kind, place) => [kind.id, place]));
  const namesakes = new Map();
  for (const node of nodes.values()) namesakes.set(node.name, (namesakes.get(node.name) ?? 0) + 1);

  /** What tells a node from its namesakes: the first node that points to it, or else that it points to. */
  function context(node) {
    if (namesakes.get(node.name) === 1) return "";
    const links = edgesAt.get(node.id);
    const link = links.find((edge) => edge.to === node.id) ?? links[0];
    return link ? nodes.get(otherEnd(link, node.id)).name : "";
  }

  const fullName = (node) => [node.name, context(node)].filter(Boolean).join(", ");

  function named(node) {
    const name = element("span", { className: "name", textContent: node.name });
    const more = context(node);
    if (more) name.append(" ", element("span", { className: "context", textContent: more }));
    return name;
  }

  // ---- what is shown ----

  const inWindow = (node) => node.place < state.limit || state.revealed.has(node.id);
  const isShown = (node) => inWindow(node) && !state.off.has(node.group);
  const shown = (id) => drawnNodes.get(id) !== null;

  function draw() {
    if (network) remember();
    const wanted = [...nodes.values()].filter(isShown);
    const wantedIds = new Set(wanted.map((node) => node.id));
    const joined = graph.edges.filter((edge) => wantedIds.has(edge.from) && wantedIds.has(edge.to));
    const joinedIds = new Set(joined.map((edge) => edge.id));
    const fresh = wanted.filter((node) => !shown(node.id));
    const unplaced = fresh.filter((node) => !places.has(node.id));
    if (network) unplaced.forEach(placeNearNeighbour);
    drawnEdges.remove(drawnEdges.getIds().filter((id) => !joinedIds.has(id)));
    drawnNodes.remove(drawnNodes.getIds().filter((id) => !wantedIds.has(id)));
    drawnNodes.add(fresh.map((node) => ({ ...looks(node), ...places.get(node.id), title: tooltip(node) })));
    drawnEdges.add(joined.filter((edge) => drawnEdges.get(edge.id) === null).map(edgeLooks));
    if (unplaced.length) settle();
    else measure();
    if (state.node && !shown(state.node)) clear();
    if (state.edge && drawnEdges.get(state.edge) === null) clear();
    count();
  }

  function remember() {
    for (const [id, place] of Object.entries(network.getPositions())) places.set(id, place);
  }

  function placeNearNeighbour(node) {
    const known = edgesAt.get(node.id).map((edge) => places.get(otherEnd(edge, node.id)));
    const anchor = known.find(Boolean) ?? { x: 0, y: 0 };
    const reach = known.some(Boolean) ? 140 : 900;
    const turn = 2.39996 * node.place;
    places.set(node.id, { x: anchor.x + reach * Math.cos(turn), y: anchor.y + reach * Math.sin(turn) });
  }

  function count() {
    const all = nodes.size;
    const here = drawnNodes.length;
    const waiting = [...nodes.values()].filter((node) => !inWindow(node)).length;
    byId("status").textContent =
      `${number(here)} of ${plural(all, "node")} shown, ${plural(drawnEdges.length, "link")}`;
    byId("more").hidden = waiting === 0;
    byId("more").textContent = `Show ${number(Math.min(graph.window, waiting))} more of ${number(waiting)}`;
    byId("message").hidden = here > 0;
    byId("message").textContent = all
      ? "Every kind is switched off. Tick one in the legend to see its nodes."
      : "There is nothing to draw: this network has no nodes.";
    for (const row of byId("results").querySelectorAll("[data-node]")) {
      row.classList.toggle("away", !shown(row.dataset.node));
    }
  }

  function reveal(id) {
    const node = nodes.get(id);
    if (isShown(node)) return;
    if (!inWindow(node)) state.revealed.add(id);
    if (state.off.delete(node.group)) byId(`show-${node.group}`).checked = true;
    draw();
  }

  function showMore() {
    state.limit = Math.min(nodes.size, state.limit + graph.window);
    draw();
    if (byId("more").hidden) byId("canvas").focus();
  }

  // ---- how it looks ----

  const ink = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  let inks = {};

  function readInks() {
    for (const name of ["paper", "ink", "soft", "faint", "link", "accent"]) inks[name] = ink(`--${name}`);
    inks.sans = ink("--sans");
  }

  function isLit(id) {
    if (state.edge) return [edges.get(state.edge).from, edges.get(state.edge).to].includes(id);
    if (!state.node || state.node === id) return true;
    return edgesAt.get(state.node).some((edge) => edge.from === id || edge.to === id);
  }

  function looks(node) {
    const hue = kindOf(node)[dark.matches ? "dark" : "light"];
    const lit = isLit(node.id);
    const picked = state.node === node.id;
    const fill = { background: hue, border: picked ? inks.ink : inks.paper };
    return {
      id: node.id,
      label: node.label,
      shape: node.shape,
      size: node.size,
      opacity: lit ? 1 : 0.22,
      borderWidth: picked ? 3 : 1.5,
      color: { ...fill, highlight: { background: hue, border: inks.ink }, hover: { background: hue, border: inks.ink } },
      font: {
        face: inks.sans,
        size: 13,
        color: lit ? inks.ink : inks.faint,
        strokeColor: inks.paper,
        strokeWidth: 3,
        vadjust: -1,
      },
    };
  }

  function edgeLooks(edge) {
    const touched = edge.id === state.edge || [edge.from, edge.to].includes(state.node);
    const near = touched || [edge.from, edge.to].includes(state.hovered);
    const dim = !touched && (state.node || state.edge);
    return {
      id: edge.id,
      from: edge.from,
      to: edge.to,
      ...(edge.smooth ? { smooth: edge.smooth } : {}),
      label: near || state.everyEdgeLabel ? edge.label : "",
      width: touched ? 2 : 1,
      color: { color: touched ? inks.accent : inks.link, highlight: inks.accent, hover: inks.accent, opacity: dim ? 0.35 : 1 },
      arrows: { to: { enabled: edge.arrows === "to", scaleFactor: 0.5 } },
      font: {
        face: inks.sans,
        size: 11,
        color: dim && !near ? inks.faint : inks.soft,
        strokeColor: inks.paper,
        strokeWidth: 4,
      },
    };
  }

  function repaint() {
    drawnNodes.update(drawnNodes.getIds().map((id) => looks(nodes.get(id))));
    repaintEdges(drawnEdges.getIds());
  }

  function repaintEdges(ids) {
    drawnEdges.update(ids.filter((id) => drawnEdges.get(id) !== null).map((id) => edgeLooks(edges.get(id))));
  }

  function hover(id) {
    const touched = [state.hovered, id].filter(Boolean).flatMap((node) => edgesAt.get(node));
    state.hovered = id;
    repaintEdges([...new Set(touched.map((edge) => edge.id))]);
  }

  function tooltip(node) {
    return element(
      "div",
      {},
      element("div", { textContent: fullName(node) }),
      element("div", { className: "kind", textContent: kindOf(node).name }),
    );
  }

  // ---- selection ----

  function select(id, { from = "canvas", focusPanel = false } = {}) {
    reveal(id);
    Object.assign(state, { node: id, edge: null });
    network.selectNodes([id], false);
    repaint();
    showNode(nodes.get(id));
    markChosen();
    if (from === "canvas") keepInView(id);
    else if (from !== "click") frame(id);
    say(`${nodes.get(id).name}, ${kindOf(nodes.get(id)).name}, ${plural(edgesAt.get(id).length, "link")}`);
    if (focusPanel) byId("panel").focus();
  }

  function selectEdge(id) {
    Object.assign(state, { node: null, edge: id });
    network.setSelection({ nodes: [], edges: [id] }, { highlightEdges: false });
    repaint();
    showEdge(edges.get(id));
    markChosen();
  }

  function clear() {
    const inPanel = byId("panel").contains(document.activeElement);
    Object.assign(state, { node: null, edge: null });
    if (network) network.unselectAll();
    repaint();
    showNothing();
    markChosen();
    if (inPanel) byId("canvas").focus();
  }

  function keepInView(id) {
    const { x, y } = network.canvasToDOM(network.getPosition(id));
    const { clientWidth: width, clientHeight: height } = byId("canvas");
    if (x > 60 && y > 40 && x < width - 60 && y < height - 60) return;
    network.moveTo({ position: network.getPosition(id), animation: motion() });
  }

  function frame(id, animation = motion()) {
    if (state.settled) view([id, ...edgesAt.get(id).map((edge) => otherEnd(edge, id))].filter(shown), { animation });
  }

  /** Moves the drawing so that these nodes and their labels are seen, as large as is sensible. */
  function view(ids, { animation = motion(), least = 0.05 } = {}) {
    if (!ids.length) return;
    const spots = ids.map((id) => network.getPosition(id));
    const [left, right] = [Math.min(...spots.map((spot) => spot.x)), Math.max(...spots.map((spot) => spot.x))];
    const [top, bottom] = [Math.min(...spots.map((spot) => spot.y)), Math.max(...spots.map((spot) => spot.y))];
    const { clientWidth: width, clientHeight: height } = byId("canvas");
    const scale = Math.min(1.15, width / (right - left + 190), (height - 50) / (bottom - top + 110));
    const whole = scale >= least;
    const position = whole ? { x: (left + right) / 2, y: (top + bottom) / 2 + 20 } : spots[0];
    network.moveTo({ position, scale: Math.max(scale, least), animation });
  }

  function say(text) {
    byId("said").textContent = text;
  }

  // ---- the panel ----

  function showNothing() {
    const hints = nodes.size
      ? [
          "Choose a node to see what is known about it, who says so, and in which words.",
          "Drag to move, scroll to zoom. On the keyboard, arrow keys walk along the links, Enter comes here, Escape clears.",
        ]
      : ["No node to show."];
    byId("panel").replaceChildren(...hints.map((hint) => element("p", { className: "hint", textContent: hint })));
  }

  function closeButton() {
    const button = element("button", { type: "button", className: "close", textContent: "×", "aria-label": "Close details" });
    button.addEventListener("click", clear);
    return button;
  }

  function showNode(node) {
    const kind = kindOf(node);
    byId("panel").replaceChildren(
      closeButton(),
      element("p", { className: "kind", "data-testid": "kind" }, mark(kind), kind.name),
      element("h2", { textContent: node.name, "data-testid": "name" }),
      element("p", { className: "iri", textContent: node.iri, "data-testid": "iri" }),
      ...factsOf(node),
      ...linksOf(node),
    );
    byId("panel").scrollTop = 0;
  }

  function showEdge(edge) {
    byId("panel").replaceChildren(
      closeButton(),
      element("p", { className: "kind", textContent: "Link" }),
      element("h2", { textContent: edge.label || "linked to", "data-testid": "name" }),
      element("h3", { textContent: "From" }),
      goButton(edge.from),
      element("h3", { textContent: "To" }),
      goButton(edge.to),
      ...(edge.sources.length ? [element("h3", { textContent: "Sources" }), origin(edge.sources)] : []),
    );
  }

  function grouped(items, keyOf) {
    const groups = new Map();
    for (const item of items) {
      const key = keyOf(item);
      groups.set(key, [...(groups.get(key) ?? []), item]);
    }
    return groups;
  }

  function factsOf(node) {
    if (!node.facts.length) return [];
    const list = element("dl", { className: "facts", "data-testid": "facts" });
    for (const [property, facts] of grouped(node.facts, (fact) => fact.property ?? "")) {
      list.append(element("dt", { textContent: property }), ...facts.map(factRow));
    }
    return [element("h3", { textContent: "Facts" }), list];
  }

  function factRow(fact) {
    return element(
      "dd",
      {},
      element("p", { className: "value", textContent: fact.value ?? "" }),
      fact.as_written ? element("blockquote", { textContent: fact.as_written }) : null,
      origin([fact.source, fact.spot]),
    );
  }

  function origin(parts) {
    const told = parts.filter(Boolean).join(" · ");
    return told ? element("p", { className: "origin", textContent: told }) : null;
  }

  function linksOf(node) {
    const links = edgesAt.get(node.id);
    if (!links.length) return [element("h3", { textContent: "No links" })];
    const groups = grouped(links, (edge) => `${edge.from === node.id ? "→" : "←"} ${edge.label}`);
    return [
      element("h3", { textContent: `Links (${number(links.length)})` }),
      ...[...groups].flatMap(([relation, members]) => [
        element("p", { className: "relation", textContent: relation }),
        element("ul", { className: "links", "aria-label": relation }, ...members.map((edge) => linkRow(edge, node))),
      ]),
    ];
  }

  function linkRow(edge, node) {
    return element("li", {}, goButton(otherEnd(edge, node.id)), origin(edge.sources));
  }

  function goButton(id) {
    const node = nodes.get(id);
    const button = element("button", { type: "button", className: "go", "data-node": id }, mark(kindOf(node)), named(node));
    button.classList.toggle("away", !shown(id));
    if (!shown(id)) button.title = "Not in the drawing yet";
    button.addEventListener("click", () => select(id, { from: "panel", focusPanel: true }));
    return button;
  }

  // ---- search ----

  const MOST_ROWS = 1000;
  const plain = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
  const alphabet = new Intl.Collator("en", { numeric: true });
  const haystacks = new Map();

  function haystack(node) {
    if (!haystacks.has(node.id)) {
      const name = plain(node.name);
      const rest = [kindOf(node).name, node.iri, ...node.facts.map((fact) => fact.value ?? "")];
      haystacks.set(node.id, { name, all: `${name} ${plain(rest.join(" "))}` });
    }
    return haystacks.get(node.id);
  }

  function rank(node, query, words) {
    const { name, all } = haystack(node);
    if (!words.every((word) => all.includes(word))) return null;
    if (name.startsWith(query)) return 0;
    return words.every((word) => name.includes(word)) ? 1 : 2;
  }

  function search() {
    const query = plain(byId("query").value.trim());
    const words = query.split(/\s+/).filter(Boolean);
    const ranked = [...nodes.values()].map((node) => ({ node, rank: rank(node, query, words) }));
    state.found = ranked.filter((item) => item.rank !== null);
    state.found = state.found.sort(inListOrder).map((item) => item.node);
    state.active = -1;
    listFound();
    if (query) say(plural(state.found.length, "node") + " found");
  }

  function inListOrder(one, other) {
    const byKind = kindOrder.get(one.node.group) - kindOrder.get(other.node.group);
    return one.rank - other.rank || byKind || alphabet.compare(one.node.name, other.node.name);
  }

  function listFound() {
    const rows = state.found.slice(0, MOST_ROWS).map(resultRow);
    const rest = state.found.length - rows.length;
    if (rest > 0) rows.push(note(`${number(rest)} more: type to narrow the list`));
    if (!rows.length && nodes.size) rows.push(note("No node matches."));
    byId("results").replaceChildren(...rows);
    byId("results").scrollTop = 0;
    byId("query").removeAttribute("aria-activedescendant");
    markChosen();
  }

  const note = (text) => element("li", { className: "note", role: "presentation", textContent: text });

  function resultRow(node) {
    const row = element("li", { id: `row-${node.id}`, role: "option", "data-node": node.id, "aria-selected": "false" });
    row.append(mark(kindOf(node)), named(node));
    row.title = `${fullName(node)} (${kindOf(node).name})`;
    row.setAttribute("aria-label", `${fullName(node)}, ${kindOf(node).name}`);
    row.classList.toggle("away", !shown(node.id));
    return row;
  }

  function tellExpanded() {
    const open = !narrow.matches || document.activeElement === byId("query");
    byId("query").setAttribute("aria-expanded", String(open));
  }

  function markChosen() {
    for (const row of byId("results").querySelectorAll('[aria-selected="true"]')) row.setAttribute("aria-selected", "false");
    const row = state.node && byId(`row-${state.node}`);
    if (row) {
      row.setAttribute("aria-selected", "true");
      row.scrollIntoView({ block: "nearest" });
    }
  }

  function activate(place) {
    const last = Math.min(state.found.length, MOST_ROWS) - 1;
    if (last < 0) return;
    state.active = place < 0 ? last : place > last ? 0 : place;
    for (const row of byId("results").querySelectorAll(".active")) row.classList.remove("active");
    const row = byId(`row-${state.found[state.active].id}`);
    row.classList.add("active");
    row.scrollIntoView({ block: "nearest" });
    byId("query").setAttribute("aria-activedescendant", row.id);
  }

  function searchKey(event) {
    if (event.key === "ArrowDown") activate(state.active + 1);
    else if (event.key === "ArrowUp") activate(state.active - 1);
    else if (event.key === "Enter" && state.found.length) {
      select(state.found[Math.max(0, state.active)].id, { from: "search", focusPanel: true });
    } else if (event.key === "Escape" && byId("query").value) {
      byId("query").value = "";
      search();
      event.stopPropagation();
    } else return;
    event.preventDefault();
  }

  // ---- legend ----

  function legendRow(kind) {
    const box = element("input", { type: "checkbox", id: `show-${kind.id}`, checked: true, "data-kind": kind.id });
    box.addEventListener("change", () => {
      if (box.checked) state.off.delete(kind.id);
      else state.off.add(kind.id);
      draw();
    });
    const total = element("span", { className: "count", textContent: number(kind.count) });
    return element("li", {}, element("label", {}, box, mark(kind), element("span", { className: "name", textContent: kind.name }), total));
  }

  function switchKinds(on) {
    for (const kind of kinds.values()) {
      byId(`show-${kind.id}`).checked = on;
      if (on) state.off.delete(kind.id);
      else state.off.add(kind.id);
    }
    draw();
  }

  // ---- the keyboard in the drawing ----

  const ARROWS = { ArrowRight: [1, 0], ArrowLeft: [-1, 0], ArrowDown: [0, 1], ArrowUp: [0, -1] };

  function canvasKey(event) {
    if (event.altKey || event.ctrlKey || event.metaKey || !network) return;
    if (event.key in ARROWS) walk(ARROWS[event.key]);
    else if (event.key === "Enter" && (state.node || state.edge)) byId("panel").focus();
    else if (event.key === "+" || event.key === "=") zoom(1.3);
    else if (event.key === "-") zoom(1 / 1.3);
    else if (event.key === "0") fit();
    else return;
    event.preventDefault();
  }

  function walk([right, down]) {
    if (!drawnNodes.length) return;
    if (!state.node) return select(drawnNodes.getIds()[0]);
    const here = network.getPosition(state.node);
    let best = { fit: 0.25 };
    for (const edge of edgesAt.get(state.node)) {
      const id = otherEnd(edge, state.node);
      if (id === state.node || !shown(id)) continue;
      const { x, y } = network.getPosition(id);
      const [dx, dy] = [x - here.x, y - here.y];
      const fit = (dx * right + dy * down) / (Math.hypot(dx, dy) || 1);
      if (fit > best.fit) best = { id, fit };
    }
    if (best.id) select(best.id);
    else say("No linked node in that direction");
  }

  function pageKey(event) {
    const typing = event.target.matches("input[type=search], textarea");
    if (event.key === "/" && !typing && !event.ctrlKey && !event.metaKey && !event.altKey) {
      event.preventDefault();
      byId("query").focus();
      byId("query").select();
    } else if (event.key === "Escape") clear();
  }

  function zoom(factor) {
    network?.moveTo({ scale: network.getScale() * factor, animation: motion() });
  }

  function fit() {
    if (network) view(drawnNodes.getIds());
  }

  // ---- the layout: forces move the nodes until they rest, then never again ----

  const LEGIBLE = 0.65; // below this scale labels are too small to read on a telephone

  function start() {
    network = new vis.Network(byId("canvas"), { nodes: drawnNodes, edges: drawnEdges }, graph.options);
    byId("canvas").firstElementChild.tabIndex = -1;
    state.settled = false;
    network.on("stabilizationIterationsDone", rest);
    network.on("stabilized", rest);
    network.on("click", ({ nodes: [node], edges: [edge] }) => {
      if (node) select(node, { from: "click" });
      else if (edge) selectEdge(edge);
      else clear();
    });
    network.on("hoverNode", ({ node }) => hover(node));
    network.on("blurNode", () => hover(null));
    network.on("resize", () => {
      if (state.settled && state.node) keepInView(state.node);
    });
  }

  /** vis leaves out what it has not measured where it now is; drawing once measures everything. */
  function measure() {
    network?.redraw();
  }

  function settle() {
    if (!network) return;
    state.settled = false;
    network.setOptions({ physics: { ...graph.options.physics, enabled: true } });
    network.stabilize(drawnNodes.length > 400 ? 60 : 150);
  }

  function rest() {
    if (state.settled) return;
    state.settled = true;
    network.setOptions({ physics: false });
    remember();
    measure();
    if (state.node) frame(state.node, false);
    else view(drawnNodes.getIds(), { animation: false, least: narrow.matches ? LEGIBLE : undefined });
  }

  function listen() {
    byId("query").addEventListener("input", search);
    byId("query").addEventListener("keydown", searchKey);
    for (const change of ["focus", "blur"]) byId("query").addEventListener(change, tellExpanded);
    narrow.addEventListener("change", tellExpanded);
    byId("results").addEventListener("mousedown", (event) => event.preventDefault());
    byId("results").addEventListener("click", (event) => {
      const row = event.target.closest("[data-node]");
      if (!row) return;
      select(row.dataset.node, { from: "search" });
      if (narrow.matches) byId("query").blur();
    });
    byId("all-kinds").addEventListener("click", () => switchKinds(true));
    byId("no-kinds").addEventListener("click", () => switchKinds(false));
    byId("edge-labels").addEventListener("change", (event) => {
      state.everyEdgeLabel = event.target.checked;
      repaintEdges(drawnEdges.getIds());
    });
    byId("more").addEventListener("click", showMore);
    byId("zoom-in").addEventListener("click", () => zoom(1.3));
    byId("zoom-out").addEventListener("click", () => zoom(1 / 1.3));
    byId("fit").addEventListener("click", fit);
    byId("canvas").addEventListener("keydown", canvasKey);
    document.addEventListener("keydown", pageKey);
    dark.addEventListener("change", () => {
      readInks();
      repaint();
    });
  }

  readInks();
  byId("legend-box").open = !narrow.matches;
  byId("legend").append(...graph.kinds.map(legendRow));
  listen();
  draw();
  search();
  tellExpanded();
  showNothing();
  if (nodes.size) start();
  if (graph.focus) select(graph.focus);

  window.cellkg = Object.freeze({
    counts: () => ({ nodes: drawnNodes.length, edges: drawnEdges.length }),
    shown: () => drawnNodes.getIds().map((id) => nodes.get(id).iri),
    selected: () => (state.node ? nodes.get(state.node).iri : null),
    select: (iri) => select(idOfIri.get(iri), { from: "panel" }),
    clear,
    settled: () => state.settled,
    physics: () => Boolean(network?.physics.physicsEnabled),
    pixelOf: (iri) => network.canvasToDOM(network.getPosition(idOfIri.get(iri))),
    positions: () => (network ? network.getPositions() : {}),
    edgeLabels: () => drawnEdges.get().map((edge) => edge.label).filter(Boolean),
    captions: () => drawnNodes.get().map((node) => node.label),
  });
})();
