/* The mapping: every control says by its data which change it makes; nothing is decided here. */
"use strict";

(() => {
  const editor = window.iaEditor;
  if (!editor) return;

  const mapping = document.getElementById("ia-mapping");
  let focus = ""; // the control that shall have the focus when the answer is there

  const bars = (value) => value.split("|").map((name) => name.trim()).filter(Boolean);

  /* The named parts of a small form: {Name: "…", Value: "…"}. */
  function parts(control) {
    const group = control.closest("[data-group]");
    const found = {};
    if (group) group.querySelectorAll("[data-part]").forEach((part) => { found[part.dataset.part] = part.value; });
    return found;
  }

  function flag(control) {
    const usual = control.dataset.default || "false";
    const value = String(control.checked);
    return value === usual ? null : value;
  }

  const CHANGES = {
    set(control) {
      const { path, name } = control.dataset;
      const keep = "keep" in control.dataset;
      const value = control.type === "checkbox" ? flag(control) : control.value === "" && !keep ? null : control.value;
      return { verb: "set", path, attributes: { [name]: value } };
    },
    names: (control) => ({ verb: "names", path: control.dataset.path, names: bars(control.value) }),
    target: (control) => ({ verb: "target", path: control.dataset.path, target: control.value.trim() }),
    key: (control) => ({ verb: "key", path: control.dataset.path, on: control.checked }),
    match: (control) => ({ verb: "match", path: control.dataset.path, fields: control.value ? control.value.split(",") : [] }),
    entity: (control) => ({ verb: "entity", path: control.dataset.path, name: control.value }),
    rename: (control) => ({ verb: "rename", path: control.dataset.path, name: control.value.trim() }),
    test(control) {
      const { test, value, upper } = parts(control);
      const change = { verb: "test", path: control.dataset.path, test, value: value || "" };
      if (test === "Present" && !["true", "false"].includes(change.value)) change.value = "true";
      if (test === "AtLeast" && upper) change.upper = upper;
      return change;
    },
    pairs(control) {
      const given = parts(control);
      const change = { verb: "pairs", path: control.dataset.path, text: control.dataset.text || given.text || "" };
      if (!control.dataset.text && given.otherwise) {
        change.otherwise = given.otherwise;
        change.otherwise_value = given.otherwise_value || "";
      }
      return change;
    },
    type: (control) => ({ verb: "add_rows", text: parts(control).text || "" }),
    couple: (control) => ({ verb: "couple", path: control.dataset.path, name: parts(control).name || "" }),
    move: (control) => ({ verb: "move", path: control.dataset.path, by: Number(control.dataset.by) }),
    duplicate: (control) => ({ verb: "duplicate", path: control.dataset.path }),
    remove(control) {
      const change = { verb: "remove", path: control.dataset.path };
      if ("uses" in control.dataset) change.uses = true;
      return change;
    },
    add(control) {
      const given = parts(control);
      const tag = "step" in control.dataset ? given.tag : control.dataset.tag;
      const attributes = { ...JSON.parse(control.dataset.attributes || "{}") };
      Object.entries(given).forEach(([name, value]) => { if (name !== "tag" && value) attributes[name] = value; });
      Object.assign(attributes, "step" in control.dataset ? STARTS[tag] || {} : {});
      return { verb: "add", parent: control.dataset.parent, node: { tag, attributes } };
    },
    link(control) {
      const [type, field, to] = parts(control).link.split("|");
      return { verb: "add", parent: "", node: { tag: "Link", attributes: { Type: type, Field: field, To: to } } };
    },
  };

  /* What a new step begins with, so that it does something that can be seen and changed. */
  const STARTS = {
    Add: { Unit: "Days", Amount: "1" },
    Boolean: { True: "yes", False: "no" },
    Cut: { Start: "1", Length: "10" },
    Date: { Format: "dd/MM/yyyy" },
    Extract: { Pattern: "[0-9]+" },
    IfEmpty: { Value: "-" },
    Join: { With: " " },
    Number: { Decimal: "," },
    Pad: { Length: "5", With: "0" },
    Phone: { Region: "FR" },
    Prefix: { Text: "-" },
    Replace: { Pattern: " ", With: "", Regex: "false" },
    RollOver: { Field: "Start" },
    Split: { By: ",", Part: "1" },
    Suffix: { Text: "-" },
  };

  /* Where changes shift the addresses of others, nothing else may be touched before the answer. */
  const SHIFTING = new Set(["add", "couple", "duplicate", "link", "move", "remove", "type"]);

  function make(control) {
    const verb = control.dataset.verb;
    if (control.dataset.ask && !window.confirm(control.dataset.ask)) return;
    const change = CHANGES[verb](control);
    if (SHIFTING.has(verb)) mapping.inert = true;
    focus = verb === "move" ? `move${control.dataset.by}` : verb === "type" ? "typing" : SHIFTING.has(verb) ? "there" : "";
    if (verb === "add" && "step" in control.dataset) focus = "there";
    editor.change(change);
  }

  function toggle(button) {
    const path = button.dataset.toggle;
    const only = "onlyOpen" in button.dataset;
    if (editor.open.has(path) && !only) editor.open.delete(path);
    else editor.open.add(path);
    const then = button.dataset.then || (only ? `ia-at-${path}` : button.id);
    editor.look().then(() => focusOn(then));
  }

  function focusOn(id) {
    const place = document.getElementById(id);
    if (!place) return;
    const control = place.matches("input, select, button, textarea") ? place : place.querySelector("input, select, textarea") || place;
    control.focus();
  }

  /* After an answer the focus goes where the work was: the moved row, the added step, the line for typing. */
  function refocus(answer) {
    mapping.inert = false;
    const wanted = focus;
    focus = "";
    if (wanted === "typing" && !answer.refused) focusOn("ia-typing");
    else if (wanted.startsWith("move") && answer.focus) focusOn(moveButton(answer.focus, wanted.slice(4)));
    else if (wanted === "there" && answer.focus) focusOn(`ia-at-${answer.focus}`);
  }

  /* A control without a name of its own is found again by its place in what surrounds it. */
  const CONTROLS = "button, input, select, textarea, summary";
  let left = null;

  function leaveFocus() {
    const here = document.activeElement;
    const home = !here.id && mapping.contains(here) ? here.closest("[id]") : null;
    left = home && { id: home.id, at: [...home.querySelectorAll(CONTROLS)].indexOf(here) };
  }

  function bringFocus() {
    const home = left && document.activeElement === document.body && document.getElementById(left.id);
    if (home) (home.querySelectorAll(CONTROLS)[left.at] || home).focus({ preventScroll: true });
    left = null;
  }

  function moveButton(path, by) {
    const id = by === "grip" ? `m-${path}-grip` : `m-${path}-${by === "-1" ? "up" : "down"}`;
    const button = document.getElementById(id);
    return button && !button.disabled ? id : `ia-at-${path}`;
  }

  function onChange(event) {
    const control = event.target.closest("[data-verb]");
    if (control && control.matches("input, select, textarea")) make(control);
  }

  function onClick(event) {
    const button = event.target.closest("button");
    if (!button) return;
    if ("verb" in button.dataset) make(button);
    else if ("toggle" in button.dataset) toggle(button);
    else if ("change" in button.dataset) editor.change(JSON.parse(button.dataset.change));
    else if ("act" in button.dataset) act(button.dataset.act);
    else if ("map" in button.dataset) editor.change({ verb: "add_rows", text: button.dataset.map });
  }

  /* A quick fix outside the text: a field is created with the next look, a key is declared over the records there are. */
  function act(written) {
    const given = JSON.parse(written);
    if (given.act !== "declare_key") { editor.look({ act: written }); return; }
    const body = new URLSearchParams({ ...given, csrfmiddlewaretoken: editor.form.elements.csrfmiddlewaretoken.value });
    fetch(editor.root.dataset.declare, { method: "POST", body })
      .then((answer) => (answer.ok ? answer.json() : Promise.reject(answer)))
      .then((answer) => editor.look().then(() => editor.tell(answer.told, answer.refused)))
      .catch(() => editor.tell(editor.root.dataset.failed, true));
  }

  /* Enter makes the change at hand and never submits the whole form; in the line for typing it adds the rows. */
  function onKey(event) {
    if (event.key !== "Enter" || event.isComposing) return;
    if (event.target.matches("[data-typing]") && !event.shiftKey) {
      event.preventDefault();
      event.target.closest("[data-group]").querySelector("button").click();
    } else if (event.target.matches("input")) {
      event.preventDefault();
      const button = event.target.dataset.part && event.target.closest(".ia-adder")?.querySelector("button");
      if (button) button.click();
      else event.target.dispatchEvent(new Event("change", { bubbles: true }));
    }
  }

  /* A pasted list of several lines shows as such before it is added. */
  function grow(event) {
    if (event.target.matches("[data-typing]")) event.target.rows = Math.min(event.target.value.split("\n").length, 8);
  }

  function onUndoKeys(event) {
    if (!(event.ctrlKey || event.metaKey) || event.altKey) return;
    if (event.target.matches("input[type=text], textarea") || event.target.closest(".ace_editor")) return;
    const key = event.key.toLowerCase();
    if (key === "z" && !event.shiftKey) { event.preventDefault(); editor.text.undo(); }
    else if (key === "y" || (key === "z" && event.shiftKey)) { event.preventDefault(); editor.text.redo(); }
  }

  mapping.addEventListener("change", onChange);
  editor.root.addEventListener("click", onClick);
  mapping.addEventListener("keydown", onKey);
  mapping.addEventListener("input", grow);
  mapping.addEventListener("htmx:beforeSwap", leaveFocus);
  mapping.addEventListener("htmx:afterSwap", bringFocus);
  editor.root.addEventListener("keydown", onUndoKeys);
  editor.on("looked", refocus);
  editor.on("failed", () => { mapping.inert = false; });
  window.iaMapping = { focusAfter: (what) => { focus = what; }, hold: () => { mapping.inert = true; } };
})();
