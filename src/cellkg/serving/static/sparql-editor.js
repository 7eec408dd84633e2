// The editor: CodeMirror in place of the text field, which stays what the form sends.

import {
  acceptCompletion, autocompletion, bracketMatching, completionKeymap, defaultKeymap, drawSelection, EditorState, EditorView,
  highlightActiveLine, HighlightStyle, history, historyKeymap, indentUnit, keymap, lineNumbers, setDiagnostics, sparql,
  StreamLanguage, syntaxHighlighting, tags,
} from "/vendor/codemirror.js";
import { complete } from "/static/sparql-words.js";

const THEME = EditorView.theme({
  "&": { color: "var(--ink)", fontSize: "0.9rem" },
  ".cm-content": { fontFamily: "ui-monospace, 'SF Mono', Menlo, Consolas, monospace", caretColor: "var(--ink)", minHeight: "18rem" },
  ".cm-scroller": { maxHeight: "60vh", overflow: "auto" },
  "&.cm-focused": { outline: "none" },
  ".cm-gutters": { backgroundColor: "var(--band)", color: "var(--faint)", border: "0" },
  ".cm-activeLine, .cm-activeLineGutter": { backgroundColor: "color-mix(in srgb, var(--band) 60%, transparent)" },
  ".cm-cursor": { borderLeftColor: "var(--ink)" },
  "&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground": { backgroundColor: "color-mix(in srgb, var(--link) 25%, transparent)" },
  ".cm-tooltip": { backgroundColor: "var(--paper)", color: "var(--ink)", border: "1px solid var(--faint)" },
  ".cm-tooltip-autocomplete ul li[aria-selected]": { backgroundColor: "var(--link)", color: "var(--paper)" },
  ".cm-completionDetail": { color: "var(--faint)", fontStyle: "normal" },
  "li[aria-selected] .cm-completionDetail": { color: "var(--paper)" },
  ".cm-completionInfo": { maxWidth: "24rem" },
});
const COLOURS = HighlightStyle.define([
  { tag: tags.keyword, color: "var(--link)", fontWeight: "600" },
  { tag: [tags.variableName, tags.local(tags.variableName)], color: "var(--code-variable)" },
  { tag: [tags.atom, tags.meta], color: "var(--code-name)" },
  { tag: tags.string, color: "var(--code-text)" },
  { tag: tags.comment, color: "var(--faint)", fontStyle: "italic" },
]);

// Left to itself, Chromium gives text typed over coloured text a style attribute, which the policy refuses.
function typeOver(event, view) {
  if (event.inputType !== "insertText" || event.isComposing || !event.data || view.state.selection.main.empty) return false;
  event.preventDefault();
  view.dispatch(view.state.replaceSelection(event.data), { userEvent: "input.type", scrollIntoView: true });
  return true;
}

export class Editor {
  constructor(field, place, ask) {
    this.field = field;
    // In a shadow root CodeMirror adopts its style sheets, which a strict policy allows; in the page it would need <style>.
    const root = place.attachShadow({ mode: "open" });
    const parent = document.createElement("div");
    root.append(parent);
    const run = () => (ask(), true);
    const state = EditorState.create({
      doc: field.value.replace(/\n$/, ""),
      extensions: [
        lineNumbers(), history(), drawSelection(), bracketMatching(), highlightActiveLine(), indentUnit.of("  "),
        StreamLanguage.define(sparql), syntaxHighlighting(COLOURS), THEME, EditorView.lineWrapping,
        autocompletion({ override: [complete], icons: false }),
        keymap.of([{ key: "Mod-Enter", run }, { key: "Tab", run: acceptCompletion }, ...completionKeymap, ...defaultKeymap, ...historyKeymap]),
        EditorView.domEventHandlers({ beforeinput: typeOver }),
        EditorView.contentAttributes.of({ "aria-label": "Query", "data-testid": "query-editor" }),
        EditorView.updateListener.of((update) => { if (update.docChanged) field.value = update.state.doc.toString(); }),
      ],
    });
    this.view = new EditorView({ state, parent, root });
    field.hidden = true;
    place.hidden = false;
  }

  // Marks the place that a message of the server names: "… at 3:14: …".
  mark(message) {
    const spot = message.match(/\b(\d+):(\d+)\b/);
    const { doc } = this.view.state;
    const diagnostics = [];
    if (spot && Number(spot[1]) <= doc.lines) {
      const line = doc.line(Number(spot[1]));
      const from = Math.min(line.from + Number(spot[2]) - 1, line.to);
      diagnostics.push({ from: Math.max(line.from, Math.min(from, line.to - 1)), to: Math.max(from, line.to), severity: "error", message });
    }
    this.view.dispatch(setDiagnostics(this.view.state, diagnostics));
  }
}
