// The drawing as a file: PNG from the canvas, SVG from the places of nodes and links.

import { caption } from "./network-view.js";

const SIZE = 12;
const POINTS = {
  square: [[-1, -1], [1, -1], [1, 1], [-1, 1]],
  diamond: [[0, -1.2], [1.2, 0], [0, 1.2], [-1.2, 0]],
  triangle: [[0, -1.1], [1.1, 0.9], [-1.1, 0.9]],
  triangleDown: [[-1.1, -0.9], [1.1, -0.9], [0, 1.1]],
  hexagon: ring(6, () => 1.1),
  octagon: ring(8, () => 1.1),
  star: ring(10, (place) => (place % 2 ? 0.5 : 1.2)),
};

export function savePng(view) {
  const paper = getComputedStyle(document.documentElement).getPropertyValue("--paper").trim();
  const blob = view.cy.png({ output: "blob", full: true, scale: 2, bg: paper, maxWidth: 6000, maxHeight: 6000 });
  save(blob, "cellkg-network.png");
}

export function saveSvg(view) {
  save(new Blob([svg(view)], { type: "image/svg+xml" }), "cellkg-network.svg");
}

export function svg(view) {
  const root = getComputedStyle(document.documentElement);
  const [ink, faint, line, paper] = ["--ink", "--faint", "--line", "--paper"].map((name) => root.getPropertyValue(name).trim());
  const box = view.cy.elements().boundingBox({ includeLabels: true });
  const frame = [box.x1 - 20, box.y1 - 20, box.w + 40, box.h + 40].map(Math.round);
  const out = document.implementation.createDocument("http://www.w3.org/2000/svg", "svg", null);
  const top = out.documentElement;
  set(top, { viewBox: frame.join(" "), width: frame[2], height: frame[3], "font-family": "sans-serif" });
  add(top, "rect", { x: frame[0], y: frame[1], width: frame[2], height: frame[3], fill: paper });
  for (const edge of view.cy.edges()) link(edge);
  for (const node of view.cy.nodes()) thing(node);
  return new XMLSerializer().serializeToString(out);

  function link(edge) {
    const [from, to] = [edge.source().position(), edge.target().position()];
    const length = Math.hypot(to.x - from.x, to.y - from.y) || 1;
    const [dx, dy] = [(to.x - from.x) / length, (to.y - from.y) / length];
    const tip = { x: to.x - dx * (SIZE + 2), y: to.y - dy * (SIZE + 2) };
    const drawn = add(top, "line", { x1: from.x, y1: from.y, x2: tip.x, y2: tip.y, stroke: line, "stroke-width": 1.2 });
    add(drawn, "title", {}, `${edge.source().data("label")} ${edge.data("label")} ${edge.target().data("label")}`);
    const wings = [[-7, 3.5], [-7, -3.5]].map(([along, across]) => [tip.x + dx * along - dy * across, tip.y + dy * along + dx * across]);
    add(top, "polygon", { points: [[tip.x, tip.y], ...wings].join(" "), fill: line });
    if (!edge.hasClass("always")) return;
    const middle = { x: (from.x + to.x) / 2, y: (from.y + to.y) / 2 - 3, "font-size": 9, fill: faint, "text-anchor": "middle" };
    add(top, "text", middle, edge.data("label"));
  }

  function thing(node) {
    const { x, y } = node.position();
    const { shape, colour } = view.lookOf(node.data("kind"));
    const points = POINTS[shape]?.map(([across, down]) => [x + across * SIZE, y + down * SIZE].join(","));
    const drawn = points ? add(top, "polygon", { points: points.join(" "), fill: colour }) : add(top, "circle", { cx: x, cy: y, r: SIZE, fill: colour });
    add(drawn, "title", {}, `${node.data("kind")}: ${node.data("label")}`);
    caption(node.data("label")).split("\n").forEach((text, place) => {
      add(top, "text", { x, y: y + 26 + 13 * place, "font-size": 11, fill: ink, "text-anchor": "middle" }, text);
    });
  }

  function add(parent, name, attributes, text) {
    const element = out.createElementNS("http://www.w3.org/2000/svg", name);
    set(element, attributes);
    if (text !== undefined) element.textContent = text;
    parent.append(element);
    return element;
  }
}

function set(element, attributes) {
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
}

function ring(corners, reach) {
  return Array.from({ length: corners }, (_, place) => {
    const turn = (2 * Math.PI * place) / corners - Math.PI / 2;
    return [reach(place) * Math.cos(turn), reach(place) * Math.sin(turn)];
  });
}

function save(blob, name) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}
