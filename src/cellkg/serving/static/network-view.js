// A network in the page: Cytoscape.js with shapes and colours by kind. Nodes that are there stay where they are.

import cytoscape from "/vendor/cytoscape.js";

const SHAPES = { dot: "ellipse", square: "rectangle", triangleDown: "polygon" };
const DOWN = "-1 -0.8 1 -0.8 0 1";
const SPARE = { shape: "octagon", light: "#66727f", dark: "#aab7c4" };
const dark = matchMedia("(prefers-color-scheme: dark)");
const calm = matchMedia("(prefers-reduced-motion: reduce)");

export class NetworkView {
  constructor(container, looks) {
    this.looks = looks;
    this.cy = cytoscape({
      container, minZoom: 0.1, maxZoom: 3, boxSelectionEnabled: false, style: this.style(),
    });
    dark.addEventListener("change", () => this.cy.style(this.style()));
    this.cy.on("mouseover", "node", (event) => event.target.connectedEdges().addClass("named"));
    this.cy.on("mouseout", "node", (event) => event.target.connectedEdges().removeClass("named"));
    this.cy.on("mouseover", "edge", (event) => event.target.addClass("named"));
    this.cy.on("mouseout", "edge", (event) => event.target.removeClass("named"));
  }

  on(event, what, act) {
    this.cy.on(event, what, (happened) => act(happened.target.data()));
  }

  lookOf(kind) {
    const look = this.looks[kind] ?? SPARE;
    return { shape: look.shape, colour: dark.matches ? look.dark : look.light };
  }

  // Shows exactly these; what is new is laid out around what was there.
  show(nodes, links, focus) {
    const { cy } = this;
    const ids = new Set(nodes.keys());
    const keys = new Set(links.map(keyOf));
    const before = new Set(cy.nodes().map((node) => node.id()));
    cy.batch(() => {
      cy.edges().filter((edge) => !keys.has(edge.id())).remove();
      cy.nodes().filter((node) => !ids.has(node.id())).remove();
      for (const node of nodes.values()) this.add(node, links);
      for (const link of links) if (cy.getElementById(keyOf(link)).empty()) cy.add({ data: { ...edgeOf(link) } });
      cy.nodes().removeClass("focus");
      cy.getElementById(focus).addClass("focus");
    });
    return this.lay(before);
  }

  add(node, links) {
    const { cy } = this;
    const held = cy.getElementById(node.id);
    const data = { ...node, caption: caption(node.label) };
    if (held.nonempty()) {
      held.data(data);
      return;
    }
    const near = links
      .filter((link) => link.start === node.id || link.end === node.id)
      .map((link) => cy.getElementById(link.start === node.id ? link.end : link.start))
      .find((other) => other.nonempty());
    const at = near ? near.position() : { x: 0, y: 0 };
    const turn = cy.nodes().length * 2.4;
    cy.add({ group: "nodes", data, position: { x: at.x + 90 * Math.cos(turn), y: at.y + 90 * Math.sin(turn) } });
  }

  async lay(before) {
    const { cy } = this;
    const fresh = cy.nodes().filter((node) => !before.has(node.id()));
    if (fresh.empty()) return;
    const still = cy.nodes().filter((node) => before.has(node.id()));
    const places = new Map(still.map((node) => [node.id(), { ...node.position() }]));
    const layout = cy.layout({
      name: "fcose",
      quality: "default",
      randomize: still.empty(),
      animate: !calm.matches && still.nonempty(),
      animationDuration: 350,
      fit: still.empty(),
      padding: 20,
      nodeDimensionsIncludeLabels: true,
      uniformNodeDimensions: false,
      packComponents: false,
      idealEdgeLength: 60,
      nodeRepulsion: 6000,
      fixedNodeConstraint: still.map((node) => ({ nodeId: node.id(), position: { ...node.position() } })),
    });
    const stopped = layout.promiseOn("layoutstop");
    layout.run();
    await stopped;
    // The layout moves everything a little, to make room for names: what was there goes back to where it was.
    still.forEach((node) => node.position(places.get(node.id())));
    cy.animate({ fit: { eles: cy.elements(), padding: 20 }, duration: calm.matches ? 0 : 250 });
  }

  select(id) {
    this.cy.elements().removeClass("chosen");
    if (id) this.cy.getElementById(id).addClass("chosen");
  }

  nameLinks(always) {
    this.cy.edges().toggleClass("always", always);
  }

  fit() {
    this.cy.fit(undefined, 40);
  }

  style() {
    const root = getComputedStyle(document.documentElement);
    const colour = (name) => root.getPropertyValue(name).trim();
    const [ink, faint, line, paper, link] = ["--ink", "--faint", "--line", "--paper", "--link"].map(colour);
    return [
      {
        selector: "node",
        style: {
          label: "data(caption)", "text-wrap": "wrap", "font-size": 11, color: ink, "text-valign": "bottom",
          "text-margin-y": 4, "text-outline-color": paper, "text-outline-width": 2, width: 22, height: 22,
          shape: (node) => SHAPES[this.lookOf(node.data("kind")).shape] ?? this.lookOf(node.data("kind")).shape,
          "shape-polygon-points": DOWN,
          "background-color": (node) => this.lookOf(node.data("kind")).colour,
        },
      },
      { selector: "node.focus", style: { width: 32, height: 32, "font-weight": "bold", "font-size": 13 } },
      { selector: "node.chosen", style: { "border-width": 4, "border-color": link } },
      {
        selector: "edge",
        style: {
          width: 1.2, "line-color": line, "curve-style": "bezier", "target-arrow-shape": "triangle",
          "target-arrow-color": line, "arrow-scale": 0.8, "font-size": 10, color: faint, "text-rotation": "autorotate",
          "text-outline-color": paper, "text-outline-width": 2,
        },
      },
      { selector: "edge.named, edge.always, edge.chosen", style: { label: "data(label)", "line-color": faint, "target-arrow-color": faint } },
      { selector: "edge.chosen", style: { width: 3, "line-color": link, "target-arrow-color": link } },
    ];
  }
}

export function keyOf(link) {
  return `${link.start} ${link.label} ${link.end}`;
}

function edgeOf(link) {
  return { id: keyOf(link), source: link.start, target: link.end, label: link.label, sources: link.sources };
}

// At most two lines of some 24 signs.
export function caption(label) {
  const lines = [""];
  for (const whole of label.split(/\s+/)) {
    const word = whole.length > 24 ? `${whole.slice(0, 23)}…` : whole;
    const line = lines.at(-1);
    if (line && line.length + word.length > 23) lines.push(word);
    else lines[lines.length - 1] = line ? `${line} ${word}` : word;
  }
  return lines.length > 2 ? `${lines[0]}\n${lines[1].replace(/…$/, "")}…` : lines.join("\n");
}
