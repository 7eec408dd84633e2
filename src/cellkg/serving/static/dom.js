// Elements from text: nothing that is shown is ever read as markup.

export function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (key.startsWith("on")) made.addEventListener(key.slice(2), value);
    else if (typeof value === "boolean") made.toggleAttribute(key, value);
    else if (value !== undefined) made.setAttribute(key, value);
  }
  made.append(...children.filter((child) => child !== undefined && child !== null && child !== ""));
  return made;
}

export function button(text, act, attributes = {}) {
  return element("button", { type: "button", class: "quiet", onclick: act, ...attributes }, ...[text].flat());
}

export function part(id) {
  return document.getElementById(id);
}
