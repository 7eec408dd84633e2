// The explorer: what the address says is gathered from the server, filtered, and drawn.

import { button, element, part } from "./dom.js";
import { ask, filtered, gathered, pathFields } from "./explore-data.js";
import { showFilters, showHelp, showLink, showNode, showPaths, showProblem, sign } from "./explore-panel.js";
import { depth, push, State } from "./explore-state.js";
import { savePng, saveSvg } from "./network-files.js";
import { keyOf, NetworkView } from "./network-view.js";

const explorer = part("explorer");
const view = new NetworkView(part("canvas"), JSON.parse(explorer.dataset.kinds));
const seen = new Map();
let state = new State(location.search);
let all;
let drawing = 0;

const acts = {
  open: (id) => change(state.with("open", [...state.open, id])).then(() => choose(id)),
  close: (id) => change(state.with("open", state.open.filter((each) => each !== id))).then(() => choose(id)),
  more: (id) => change(state.with("more", [...state.more, id])),
  hide: (id) => change(state.with("hide", [...state.hide, id])).then(showHelp),
  toggle: (name, value) => change(state.toggled(name, value)),
  forget: (pair) => change(state.with("why", state.why.filter((each) => each !== pair))).then(showHelp),
  path: findPath,
};

async function findPath(node, other) {
  try {
    const found = await ask(`/explore/paths.json?${new URLSearchParams({ node, other })}`);
    const pair = `${found.nodes[0].id} ${found.nodes[1].id}`;
    if (found.paths.length && !state.why.includes(pair)) await change(state.with("why", [...state.why, pair]));
    showPaths(pair, found, acts);
  } catch (problem) {
    showProblem(problem.message);
  }
}

async function change(next) {
  push(next);
  state = next;
  await draw();
}

async function draw() {
  const turn = ++drawing;
  say("reading …");
  try {
    const found = await gathered(state);
    if (turn !== drawing) return;
    all = found;
    if (state.node !== all.focus) {
      // A name in the address becomes the short form that links and lists use.
      state = state.with("node", all.focus);
      history.replaceState({ depth: depth() }, "", `?${state.search}`);
    }
    for (const node of all.nodes.values()) if (node.kind === "Study") seen.set(node.id, node);
    const shown = filtered(state, all);
    listNodes(shown.nodes);
    showFilters(state, all, seen, view, acts);
    links();
    await view.show(shown.nodes, shown.links, all.focus);
    view.nameLinks(part("edge-labels").checked);
    if (turn === drawing) say(`${shown.nodes.size} nodes, ${shown.links.length} links`);
  } catch (problem) {
    say("");
    showProblem(problem.message);
  }
  explorer.dataset.settled = String(turn);
}

function links() {
  part("undo").disabled = depth() === 0;
  part("more").hidden = !all.more.has(all.focus);
  const search = new URLSearchParams(state.search);
  part("save-graphml").href = `/explore/network.graphml?${search}`;
  part("save-page").href = `/explore/network.html?${search}`;
}

function listNodes(nodes) {
  const rows = [...nodes.values()].sort((one, other) => one.kind.localeCompare(other.kind) || one.label.localeCompare(other.label));
  part("nodes").replaceChildren(
    ...rows.map((node) => element("li", {}, button([sign(view, node.kind), ` ${node.label}`], () => choose(node.id), { title: node.kind }))),
  );
}

function choose(id) {
  const node = all.nodes.get(id);
  if (!node) return;
  view.select(id);
  showNode(node, state, all, acts);
}

function say(text) {
  part("status").textContent = text;
}

view.on("tap", "node", (node) => choose(node.id));
view.on("dbltap", "node", (node) => {
  if (state.node !== node.id && !state.open.includes(node.id)) acts.open(node.id);
});
view.on("tap", "edge", (edge) => {
  view.select(edge.id);
  showLink({ start: edge.source, end: edge.target, label: edge.label }, all);
});
part("undo").addEventListener("click", () => history.back());
part("more").addEventListener("click", () => acts.more(state.node));
part("fit").addEventListener("click", () => view.fit());
part("edge-labels").addEventListener("change", (event) => view.nameLinks(event.target.checked));
part("save-png").addEventListener("click", () => savePng(view));
part("save-svg").addEventListener("click", () => saveSvg(view));
window.addEventListener("popstate", () => {
  state = new State(location.search);
  showHelp();
  draw();
});

explorer.hidden = false;
view.cy.resize();
showHelp();
draw().then(async () => {
  for (const pair of state.why.slice(-1)) showPaths(pair, await ask(`/explore/paths.json?${pathFields(pair)}`), acts);
});

// For tests and the curious: what is drawn, and where.
window.explorer = {
  view,
  nodes: () => view.cy.nodes().map((node) => node.data()),
  edges: () => view.cy.edges().map((edge) => edge.data()),
  pixelOf: (id) => {
    const { x, y } = view.cy.getElementById(id).renderedPosition();
    const box = part("canvas").getBoundingClientRect();
    return { x: x + box.left, y: y + box.top };
  },
  // A point of a link that no node lies on.
  spotOn: (start, end) => {
    const edge = view.cy.edges().filter((each) => each.data("source") === start && each.data("target") === end)[0];
    const [from, to] = [edge.renderedSourceEndpoint(), edge.renderedTargetEndpoint()];
    const boxes = view.cy.nodes().map((node) => node.renderedBoundingBox());
    const box = part("canvas").getBoundingClientRect();
    for (const share of [0.5, 0.4, 0.6, 0.3, 0.7, 0.25, 0.75, 0.2, 0.8]) {
      const [x, y] = [from.x + share * (to.x - from.x), from.y + share * (to.y - from.y)];
      if (!boxes.some((each) => x > each.x1 && x < each.x2 && y > each.y1 && y < each.y2)) return { x: x + box.left, y: y + box.top };
    }
    return null;
  },
  keyOf,
};
