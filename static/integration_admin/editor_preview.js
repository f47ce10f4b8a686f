/* The preview follows the text: it is asked for after each look, and keeps what was opened in it. */
"use strict";

(() => {
  const editor = window.iaEditor;
  if (!editor) return;

  const panel = document.getElementById("ia-panel-preview");
  const toggled = new Map();
  let stale = true;

  function refresh() {
    stale = true;
    const form = document.getElementById("ia-preview-form");
    if (!panel.offsetParent || !form) return;
    stale = false;
    window.htmx.trigger(form, "ia:preview");
  }

  /* The names of the sample's columns are offered wherever a source name is typed. */
  function offerColumns() {
    const columns = document.getElementById("ia-columns");
    const list = document.getElementById("ia-sample-names");
    if (!columns || !list) return;
    list.replaceChildren(...JSON.parse(columns.textContent).map((name) => {
      const option = document.createElement("option");
      option.value = name;
      return option;
    }));
  }

  function reopen() {
    panel.querySelectorAll("details[data-key]").forEach((details) => {
      if (!toggled.has(details.dataset.key)) return;
      // What is asked for when it opens must listen before it does.
      window.htmx.process(details);
      details.open = toggled.get(details.dataset.key);
    });
  }

  function onToggle(event) {
    const summary = event.target.closest("summary");
    const details = summary && summary.parentElement;
    if (details && details.dataset.key) toggled.set(details.dataset.key, !details.open);
  }

  function onSwap(event) {
    if (event.target.id === "ia-preview") { reopen(); offerColumns(); }
    if (event.target.id === "ia-sample") { window.htmx.process(event.target); toggled.clear(); refresh(); suggestAgain(event); }
  }

  /* Suggestions stand above the mapping until they are taken or put away. */
  function suggest() {
    editor.showTab("mapping");
    ask({ suggest: "1" });
  }

  /* Other rows, or the same read differently, have other columns. Both events of a swap come here: the last counts. */
  function suggestAgain(event) {
    if (event.type === "htmx:afterSettle" && document.querySelector("#ia-suggestions section")) ask({ suggest: "1" });
  }

  /* The answer to a question is what the pane of the sample can say as well. */
  function reread(button) {
    const said = document.querySelector(`.ia-reread [name="${button.dataset.reread}"]`);
    if (!said) return;
    said.value = button.dataset.value;
    said.dispatchEvent(new Event("change", { bubbles: true }));
  }

  /* One after the other: each goes with the text that the one before it has made. */
  let turn = Promise.resolve();

  function ask(values) {
    turn = turn.then(() => send(values));
  }

  function send(values) {
    const place = document.getElementById("ia-suggestions");
    return window.htmx.ajax("POST", editor.root.dataset.suggest, { source: place, target: place, values }).catch(() => {}).then(() => {
      const looked = taken();
      const first = place.querySelector("h2");
      if (first) first.focus();
      return looked;
    });
  }

  function taken() {
    const answer = document.getElementById("ia-taken");
    if (!answer) return null;
    const xml = JSON.parse(answer.textContent);
    answer.remove();
    editor.text.set(xml);
    return editor.look();
  }

  function accept(names) {
    const place = document.getElementById("ia-suggestions");
    const targets = {};
    const answers = {};
    place.querySelectorAll("select[data-target-of]").forEach((select) => { targets[select.dataset.targetOf] = select.value; });
    place.querySelectorAll("input[data-answer-of]:checked").forEach((radio) => { answers[radio.dataset.answerOf] = radio.value; });
    ask({ suggest: "1", accept: JSON.stringify(names), targets: JSON.stringify(targets), answers: JSON.stringify(answers) });
  }

  function onClick(event) {
    const button = event.target.closest("button");
    if (!button) return;
    if ("suggest" in button.dataset) suggest();
    else if ("accept" in button.dataset) accept([button.dataset.accept]);
    else if ("reread" in button.dataset) reread(button);
    else if ("acceptAll" in button.dataset) accept([...document.querySelectorAll("#ia-suggestions .ia-suggestion:not([data-doubtful]) [data-accept]:not([disabled])")].map((one) => one.dataset.accept));
    else if ("putAway" in button.dataset) document.getElementById("ia-suggestions").replaceChildren();
  }

  let timer = 0;
  panel.addEventListener("input", (event) => {
    if (event.target.id !== "ia-numbers") return;
    clearTimeout(timer);
    timer = setTimeout(refresh, 300);
  });
  panel.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && event.target.id === "ia-numbers") { event.preventDefault(); refresh(); }
  });
  panel.addEventListener("click", onToggle);
  editor.root.addEventListener("click", onClick);
  document.body.addEventListener("htmx:afterSwap", onSwap);
  document.body.addEventListener("htmx:afterSettle", onSwap);
  editor.on("looked", () => { offerColumns(); refresh(); });
  editor.on("tab", () => { if (stale) refresh(); });
  window.addEventListener("load", () => {
    if (document.querySelector("#ia-suggestions[data-ask]")) suggest();
  });
})();
