// A table whose rows are put in order by a click on the head of a column.

import { element } from "./dom.js";

export function sortable(table) {
  for (const head of table.tHead.rows[0].cells) {
    if (head.querySelector("button")) continue;
    const name = head.textContent;
    head.replaceChildren(element("button", { type: "button", class: "sort", onclick: () => sort(table, head) }, name));
  }
}

function sort(table, head) {
  const down = head.getAttribute("aria-sort") === "ascending";
  for (const each of table.tHead.rows[0].cells) each.removeAttribute("aria-sort");
  head.setAttribute("aria-sort", down ? "descending" : "ascending");
  const rows = [...table.tBodies[0].rows];
  const key = (row) => row.cells[head.cellIndex].textContent.trim();
  const numeric = rows.every((row) => key(row) === "" || Number.isFinite(Number(key(row))));
  const order = numeric ? (a, b) => Number(key(a)) - Number(key(b)) : (a, b) => key(a).localeCompare(key(b), "en", { numeric: true });
  rows.sort((a, b) => (down ? order(b, a) : order(a, b)));
  table.tBodies[0].append(...rows);
}
