// What the editor completes: variables of the query, keywords, and the words of this graph.

const KEYWORDS = (
  "SELECT DISTINCT REDUCED WHERE CONSTRUCT ASK DESCRIBE PREFIX BASE FROM GRAPH OPTIONAL FILTER MINUS UNION VALUES BIND AS GROUP " +
  "ORDER BY ASC DESC HAVING LIMIT OFFSET EXISTS NOT IN COUNT SUM AVG MIN MAX SAMPLE GROUP_CONCAT SEPARATOR COALESCE IF STR LANG DATATYPE BOUND " +
  "CONTAINS STRSTARTS STRENDS REGEX REPLACE LCASE UCASE STRLEN SUBSTR CONCAT YEAR ROUND ABS isIRI isLiteral UNDEF"
).split(" ");
const MOST = 60;
let asked;

async function vocabulary() {
  asked ??= fetch("/sparql/words.json", { headers: { Accept: "application/json" } }).then(async (answer) => {
    if (!answer.ok) throw new Error(await answer.text());
    const words = await answer.json();
    const all = [["properties", "property"], ["classes", "class"], ["terms", "constant"]].flatMap(([list, type]) =>
      words[list].map(([curie, label, info]) => ({ curie, label, info, type, sought: `${curie} ${label}`.toLowerCase() })),
    );
    return { all, prefixes: words.prefixes };
  });
  asked.catch(() => (asked = undefined));
  return asked;
}

export async function complete(context) {
  const variable = context.matchBefore(/[?$]\w*/);
  if (variable) return { from: variable.from, options: variables(context.state.doc.toString(), variable.text), validFor: /^[?$]\w*$/ };
  const prefix = context.matchBefore(/\bprefix\s+[\w-]*/i);
  const { all, prefixes } = await vocabulary();
  if (prefix) {
    const from = prefix.from + prefix.text.search(/[\w-]*$/);
    return { from, options: Object.entries(prefixes).map(([name, iri]) => ({ label: name, apply: `${name}: <${iri}>`, detail: iri, type: "namespace" })) };
  }
  const word = context.matchBefore(/[A-Za-z][\w-]*:?[\w.-]*/);
  if (!word && !context.explicit) return null;
  const text = word?.text ?? "";
  if (text.length < 2 && !context.explicit) return null;
  const options = [...found(all, prefixes, text.toLowerCase()), ...keywords(text)];
  return options.length ? { from: word?.from ?? context.pos, options, filter: false } : null;
}

// Names that begin with the text, then those whose label does, then those that hold it.
function found(all, prefixes, text) {
  const local = (word) => word.curie.slice(word.curie.indexOf(":") + 1).toLowerCase();
  const rank = (word) => {
    if (word.curie.toLowerCase().startsWith(text) || local(word).startsWith(text)) return 0;
    if (word.label.toLowerCase().startsWith(text)) return 1;
    return word.sought.includes(text) ? 2 : 3;
  };
  const ranked = all.map((word) => [rank(word), word]).filter(([place]) => place < 3);
  ranked.sort(([one, a], [other, b]) => one - other || a.curie.localeCompare(b.curie));
  return ranked.slice(0, MOST).map(([, word]) => ({
    label: word.curie, detail: word.label, type: word.type, info: word.info || undefined, apply: (view, _, from, to) => insert(view, word, prefixes, from, to),
  }));
}

function keywords(text) {
  return KEYWORDS.filter((word) => text && word.toLowerCase().startsWith(text.toLowerCase())).map((label) => ({ label, type: "keyword" }));
}

function variables(text, typed) {
  const names = new Set(text.match(/[?$]\w+/g) ?? []);
  names.delete(typed);
  return [...names].map((label) => ({ label, type: "variable" }));
}

// Puts in the word, and the PREFIX line that it needs.
function insert(view, word, prefixes, from, to) {
  const prefix = word.curie.split(":")[0];
  const changes = [{ from, to, insert: word.curie }];
  const declared = new RegExp(`prefix\\s+${prefix}\\s*:`, "i").test(view.state.doc.toString());
  const line = declared ? "" : `PREFIX ${prefix}: <${prefixes[prefix]}>\n`;
  if (line) changes.unshift({ from: 0, insert: line });
  view.dispatch({ changes, selection: { anchor: from + word.curie.length + line.length }, userEvent: "input.complete" });
}
