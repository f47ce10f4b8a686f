/* What may be written where the cursor stands: elements, attributes, types, fields, steps. Asked for once. */
"use strict";

(() => {
  const editor = window.iaEditor;
  if (!editor) return;

  let words = null;

  /* The tags that are open before the cursor, the outermost first, and the tag that is being written, if any. */
  function placeAt(before) {
    const text = before.replace(/<!--[\s\S]*?(-->|$)/g, "");
    const path = [];
    const tags = /<(\/?)([A-Za-z]\w*)((?:\s+\w+\s*=\s*"[^"]*")*)\s*(\/?)>/g;
    for (const [, closing, tag, attributes, empty] of text.matchAll(tags)) {
      if (closing) path.pop();
      else if (!empty) path.push({ tag, attributes });
    }
    const writing = text.match(/<([A-Za-z]\w*)?((?:\s+\w+\s*=\s*"[^"]*")*)(\s+(\w*)(?:\s*=\s*"([^"]*))?)?$/);
    return { path, writing };
  }

  function ruleOf(path, tag) {
    const direction = { In: "in", Out: "out" }[path.length ? path[0].tag : tag];
    const parent = path.length ? path[path.length - 1].tag : "";
    return words.elements.find((rule) => rule.direction === direction && rule.tag === tag && rule.parents.includes(parent));
  }

  function children(path) {
    if (!path.length) return words.elements.filter((rule) => rule.parents.includes(""));
    const own = ruleOf(path.slice(0, -1), path[path.length - 1].tag);
    return own ? own.children.map((tag) => ruleOf(path, tag)).filter(Boolean) : [];
  }

  const attribute = (text, name) => (text.match(new RegExp(`\\b${name}\\s*=\\s*"([^"]*)"`)) || [])[1] || "";

  /* Alias -> entity type, of the Types written anywhere in the text. */
  function aliases(text) {
    const found = {};
    for (const [, attributes] of text.matchAll(/<Type((?:\s+\w+\s*=\s*"[^"]*")*)/g)) {
      const name = attribute(attributes, "Name");
      if (name) found[attribute(attributes, "As") || name] = name;
    }
    return found;
  }

  function fieldsOf(place, text) {
    const known = aliases(text);
    const around = place.path.length ? place.path[place.path.length - 1] : null;
    const alias = attribute(place.writing[2] || "", "Type") || (around && around.tag === "Type" ? attribute(around.attributes, "Name") : "") || Object.keys(known)[0];
    const type = words.types[known[alias] || alias];
    return type ? type.fields.map((field) => ({ value: field.name, meta: field.label || field.kind })) : [];
  }

  function values(place, text, name) {
    const tag = place.writing[1];
    const rule = ruleOf(place.path, tag);
    const known = rule && rule.attributes.find((one) => one.name === name);
    if (!known) return [];
    if (known.form === "flag") return ["true", "false"].map((value) => ({ value, meta: name }));
    if (known.choices.length) return known.choices.map((value) => ({ value, meta: name }));
    if (name === "Field") return fieldsOf(place, text);
    if (tag === "Type" && name === "Name") return Object.keys(words.types).map((value) => ({ value, meta: words.types[value].title }));
    if (name === "Type" || (tag === "Link" && name === "To")) return Object.entries(aliases(text)).map(([value, meta]) => ({ value, meta }));
    if (name === "Match") {
      const type = words.types[attribute(place.writing[2] || "", "Name")];
      return type ? type.keys.map((value) => ({ value, meta: name })) : [];
    }
    return [];
  }

  /* A list for the code editor: what may stand here, each with what it is for. */
  function completions(before, whole) {
    if (!words) return [];
    const place = placeAt(before);
    const writing = place.writing;
    if (!writing) return [];
    const [, tag, written, space, name, value] = writing;
    if (value !== undefined) return values(place, whole, name);
    if (!space) return children(place.path).map((rule) => ({ value: rule.tag, meta: "element", help: rule.sentence }));
    const rule = tag && ruleOf(place.path, tag);
    const there = [...(written || "").matchAll(/(\w+)\s*=/g)].map((match) => match[1]);
    return rule
      ? rule.attributes.filter((one) => !there.includes(one.name)).map((one) => ({ value: one.name, snippet: `${one.name}="$1"`, meta: one.required ? "needed" : "attribute", help: one.sentence }))
      : [];
  }

  fetch(editor.root.dataset.words, { headers: { Accept: "application/json" } })
    .then((answer) => (answer.ok ? answer.json() : null))
    .then((found) => { words = found; })
    .catch(() => {});

  window.iaWords = { completions };
})();
