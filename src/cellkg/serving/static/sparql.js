// The SPARQL page: the editor, and answers that come without leaving it. Without this script the form does the same.

import { part } from "./dom.js";
import { Editor } from "./sparql-editor.js";
import { sortable } from "./tables.js";

const LONGEST_ADDRESS = 6000;
const form = part("asking");
const editor = new Editor(part("query"), part("editor"), () => form.requestSubmit());

form.addEventListener("submit", (event) => {
  if (event.submitter?.name === "download") return;
  event.preventDefault();
  answer(part("query").value);
});

async function answer(query) {
  const fields = new URLSearchParams({ query });
  const place = part("answer");
  place.setAttribute("aria-busy", "true");
  show("");
  try {
    const sent = await fetch("/sparql", { method: "POST", body: fields, headers: { Accept: "text/html" } });
    const page = new DOMParser().parseFromString(await sent.text(), "text/html");
    if (!sent.ok) {
      const message = page.querySelector("main .problem")?.textContent ?? `the server answered ${sent.status}`;
      editor.mark(message);
      show(message);
      return;
    }
    editor.mark("");
    place.replaceChildren(...page.getElementById("answer").childNodes);
    if (fields.toString().length < LONGEST_ADDRESS) history.replaceState(null, "", `/sparql?${fields}`);
    await dress();
  } catch (problem) {
    show(`no answer: ${problem.message}`);
  } finally {
    place.removeAttribute("aria-busy");
    place.dataset.answered = String(Number(place.dataset.answered ?? 0) + 1);
  }
}

function show(message) {
  const problem = part("problem");
  problem.textContent = message;
  problem.hidden = !message;
}

// What a script adds to an answer: order by a column, and the drawing of a CONSTRUCT.
async function dress() {
  for (const table of document.querySelectorAll("table.answer")) sortable(table);
  const network = part("network");
  if (!network) return;
  const { drawConstruct } = await import("./sparql-network.js");
  drawConstruct(network, JSON.parse(part("answer").dataset.kinds));
}

dress();
