// Steps, links and paths from the server, each asked for once.

const answers = new Map();

export function ask(path) {
  if (!answers.has(path)) {
    const answer = fetched(path);
    answers.set(path, answer);
    answer.catch(() => answers.delete(path));
  }
  return answers.get(path);
}

async function fetched(path) {
  const answer = await fetch(path, { headers: { Accept: "application/json" } });
  if (!answer.ok) throw new Error((await answer.text()).trim() || `the server answered ${answer.status}`);
  return answer.json();
}

// Everything that a state shows before filters: nodes by id, links by key, and which nodes have more.
export async function gathered(state) {
  const names = [...new Set([state.node, ...state.open])];
  const steps = await Promise.all(names.map((name) => ask(`/explore/step.json?${state.stepOf(name)}`)));
  const paths = await Promise.all(state.why.map((pair) => ask(`/explore/paths.json?${pathFields(pair)}`)));
  const nodes = new Map();
  const links = new Map();
  const kept = new Set();
  const more = new Set();
  for (const step of steps) {
    kept.add(step.node.id);
    if (step.more) more.add(step.node.id);
    add([step.node, ...step.nodes], step.links);
  }
  for (const path of paths) {
    for (const node of path.nodes) kept.add(node.id);
    add(path.nodes, path.links);
  }
  return { nodes, links, kept, more, paths, focus: steps[0].node.id };

  function add(someNodes, someLinks) {
    for (const node of someNodes) {
      const known = nodes.get(node.id);
      if (!known || Object.keys(node.facets).length) nodes.set(node.id, known ? { ...known, facets: node.facets } : node);
    }
    for (const link of someLinks) links.set(`${link.start} ${link.label} ${link.end}`, link);
  }
}

export function pathFields(pair) {
  const [node, other] = pair.split(" ");
  return new URLSearchParams({ node, other });
}

// What the filters let through: a node stays when a link that stays leads to it.
export function filtered(state, all) {
  const allowed = (node) =>
    all.kept.has(node.id) || (!state.without.includes(node.kind) && !state.hide.includes(node.id) && inFacets(state, node));
  const nodes = new Map([...all.nodes].filter(([id, node]) => allowed(node) && !(state.hide.includes(id) && id !== all.focus)));
  const links = [...all.links.values()].filter(
    (link) => nodes.has(link.start) && nodes.has(link.end) && !state.unlinked.includes(link.label),
  );
  const linked = new Set(links.flatMap((link) => [link.start, link.end]));
  for (const id of nodes.keys()) if (!linked.has(id) && id !== all.focus) nodes.delete(id);
  return { nodes, links };
}

function inFacets(state, node) {
  if (node.kind !== "Study") return true;
  return Object.entries(node.facets).length === 0 || facetsOf(state).every(([facet, wanted]) =>
    (node.facets[facet] ?? []).some(([value]) => wanted.includes(value)),
  );
}

function facetsOf(state) {
  return state.constructor.facets.map((facet) => [facet, state[facet]]).filter(([, wanted]) => wanted.length);
}
