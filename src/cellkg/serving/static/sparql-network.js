// The network of a CONSTRUCT; a double click on a node leads to the explorer.

import { NetworkView } from "./network-view.js";

export function drawConstruct(place, looks) {
  const { nodes, links } = JSON.parse(place.dataset.network);
  place.hidden = false;
  place.setAttribute("role", "img");
  place.setAttribute("aria-label", `Drawing of ${links.length} statements; the text below has them`);
  document.getElementById("network-part")?.removeAttribute("hidden");
  const view = new NetworkView(place, looks);
  view.show(new Map(nodes.map((node) => [node.id, node])), links, null);
  view.nameLinks(links.length <= 40);
  view.on("dbltap", "node", (node) => {
    if (node.iri) location.assign(`/explore?node=${encodeURIComponent(node.iri)}`);
  });
  window.drawn = view;
}
