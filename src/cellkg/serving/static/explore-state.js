// What is explored, in the address: start, opened nodes, filters, paths. Every change is one entry of the history.

const FACETS = ["status", "phase", "country", "sponsor"];
const LISTS = ["open", "more", "hide", "without", "unlinked", "why", ...FACETS];

export class State {
  constructor(search) {
    const fields = new URLSearchParams(search);
    this.node = fields.get("node");
    this.view = fields.get("view") ?? "";
    for (const name of LISTS) this[name] = fields.getAll(name);
  }

  static get facets() {
    return FACETS;
  }

  get search() {
    const fields = new URLSearchParams({ node: this.node });
    if (this.view) fields.set("view", this.view);
    for (const name of LISTS) for (const value of this[name]) fields.append(name, value);
    return fields.toString();
  }

  with(name, values) {
    const next = new State(`?${this.search}`);
    next[name] = values;
    return next;
  }

  toggled(name, value) {
    const held = this[name];
    return this.with(name, held.includes(value) ? held.filter((each) => each !== value) : [...held, value]);
  }

  // The fields of the step of one node: its filters, and how much of it.
  stepOf(node) {
    const fields = new URLSearchParams({ node });
    if (this.view) fields.set("view", this.view);
    for (const facet of FACETS) for (const value of this[facet]) fields.append(facet, value);
    for (const each of this.more.filter((one) => one === node)) fields.append("more", each);
    // The server gives the start more room than an opened node.
    if (node !== this.node) fields.append("room", "opened");
    return fields.toString();
  }
}

export function push(state) {
  const depth = (history.state?.depth ?? 0) + 1;
  history.pushState({ depth }, "", `?${state.search}`);
}

export function depth() {
  return history.state?.depth ?? 0;
}
