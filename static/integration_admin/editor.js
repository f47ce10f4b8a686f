/* The editor's core: one text, what is asked about it, and what the page tells. The other files hang on `iaEditor`. */
"use strict";

(() => {
  const root = document.getElementById("ia-root");
  if (!root) return;

  const form = document.getElementById("ia-form");
  const box = form.elements.xml;
  const saved = { xml: box.value, description: form.elements.description.value };
  const open = new Set();
  const listeners = { looked: [], failed: [], tab: [] };

  let waiting = []; // changes of the mapping not sent yet
  let wanted = null; // a look that was asked for and not sent yet: {values, done}
  let sending = false; // one request at a time: what is asked meanwhile goes together in the next
  let unreached = false; // the last request came to nobody, or to a page for signing in
  let leaving = false;
  let timer = 0;

  /* The text itself. The code editor takes these over when it is there; without it they work on the box. */
  const text = {
    get: () => box.value,
    set: (value) => { box.value = value; },
    undo: () => {},
    redo: () => {},
    mark: () => {},
    show: () => {},
  };

  function tell(words, bad = false) {
    const place = document.getElementById("ia-told");
    place.textContent = words;
    place.classList.toggle("ia-warned", bad && words !== "");
  }

  function unsaved() {
    return root.hasAttribute("data-unsaved") || text.get() !== saved.xml || form.elements.description.value !== saved.description;
  }

  function showUnsaved() {
    document.getElementById("ia-unsaved").hidden = !unsaved();
  }

  /* Someone typed in the XML, or undid something: look at it when they pause. */
  function touched() {
    showUnsaved();
    clearTimeout(timer);
    timer = setTimeout(flush, 250);
  }

  /* A change of the mapping goes at once, behind those that are on their way. */
  function change(one) {
    waiting.push(one);
    flush();
  }

  /* The panes as they are now; `values` go with the request. Resolves when they are there. */
  function look(values = {}) {
    wanted = wanted || { values: {}, done: [] };
    Object.assign(wanted.values, values);
    return new Promise((done) => {
      wanted.done.push(done);
      send();
    });
  }

  function flush() {
    clearTimeout(timer);
    look();
  }

  function send() {
    if (sending || !wanted) return;
    const { values, done } = wanted;
    const changes = waiting;
    const sent = text.get();
    wanted = null;
    waiting = [];
    unreached = false;
    sending = true;
    const more = { changes: JSON.stringify(changes), open: JSON.stringify([...open]), ...values };
    window.htmx
      .ajax("POST", root.dataset.look, { source: form, target: "#ia-mapping", values: more })
      .catch(() => {})
      .then(() => {
        sending = false;
        if (!answered(sent)) failed(changes);
        done.forEach((go) => go());
        if (!unreached) send();
      });
  }

  /* Without an answer the mapping is usable again; what could not be sent goes with the next change. */
  function failed(changes) {
    if (unreached) waiting = changes.concat(waiting);
    listeners.failed.forEach((listen) => listen());
  }

  function answered(sent) {
    const place = document.getElementById("ia-answer");
    if (!place || place.dataset.read) return false;
    place.dataset.read = "1";
    const answer = JSON.parse(place.textContent);
    open.clear();
    answer.open.forEach((path) => open.add(path));
    if (answer.changed && text.get() === sent) {
      text.set(answer.xml);
    } else if (answer.changed) {
      tell(root.dataset.overtaken || "", true);
      touched();
    }
    showUnsaved();
    tell(answer.refused || answer.told || "", Boolean(answer.refused));
    text.mark(answer.marks);
    listeners.looked.forEach((listen) => listen(answer));
    return true;
  }

  function showTab(name) {
    root.dataset.tab = name;
    root.querySelectorAll("[role=tab]").forEach((tab) => {
      const chosen = tab.dataset.tab === name;
      tab.setAttribute("aria-selected", String(chosen));
      tab.tabIndex = chosen ? 0 : -1;
    });
    try { sessionStorage.setItem("ia-tab", name); } catch { /* private windows keep nothing */ }
    if (name === "xml") text.show();
    listeners.tab.forEach((listen) => listen(name));
  }

  /* Focus an element of the mapping, opening its row first where it lies inside one. */
  function goTo(path) {
    showTab("mapping");
    const row = path.split(".")[0];
    const there = () => document.getElementById(`ia-at-${path}`) || document.getElementById(`ia-at-${row}`);
    const found = there();
    const inside = path.includes(".") && (!found || found.id !== `ia-at-${path}`);
    const shown = inside && !open.has(row) ? (open.add(row), look()) : Promise.resolve();
    shown.then(() => {
      const place = there();
      if (!place) return;
      place.scrollIntoView({ block: "center" });
      place.focus({ preventScroll: true });
      place.classList.add("ia-flash");
      setTimeout(() => place.classList.remove("ia-flash"), 1600);
    });
  }

  function onTabKeys(event) {
    const tabs = [...root.querySelectorAll("[role=tab]")].filter((tab) => tab.offsetParent);
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    const at = tabs.indexOf(event.target);
    if (!step || at < 0) return;
    event.preventDefault();
    const next = tabs[(at + step + tabs.length) % tabs.length];
    showTab(next.dataset.tab);
    next.focus();
  }

  /* What comes back must be ours: never a page to sign in where the text was. */
  function guard(event) {
    const { target, xhr } = event.detail;
    if (!target || !/^ia-(mapping|sample|preview|suggestions)$/.test(target.id)) return;
    if (xhr.status !== 401 && (xhr.status >= 400 || xhr.getResponseHeader("X-Looked"))) return;
    event.preventDefault();
    unreached = true;
    tell(root.dataset.lost, true);
  }

  function offline() {
    unreached = true;
    tell(root.dataset.offline, true);
  }

  function onClick(event) {
    const button = event.target.closest("button");
    if (!button) return;
    if (button.matches("[role=tab]")) showTab(button.dataset.tab);
    else if ("undo" in button.dataset) text.undo();
    else if ("redo" in button.dataset) text.redo();
    else if ("goto" in button.dataset) goTo(button.dataset.goto);
    else if ("gotoLine" in button.dataset) { showTab("xml"); text.show(Number(button.dataset.gotoLine), Number(button.dataset.gotoColumn)); }
    else if ("loadTheirs" in button.dataset) loadTheirs();
    else if ("over" in button.dataset) writeOver(button.dataset.over);
  }

  function loadTheirs() {
    text.set(JSON.parse(document.getElementById("ia-theirs").textContent));
    form.elements.seen.value = JSON.parse(document.getElementById("ia-theirs-digest").textContent);
    root.querySelector(".ia-conflict").remove();
    root.removeAttribute("data-unsaved");
    touched();
  }

  function writeOver(digest) {
    form.elements.seen.value = digest;
  }

  /* Whether somebody is signed in is asked first: the page for signing in would come in the place of the text. */
  function onSubmit(event) {
    if (leaving) return;
    event.preventDefault();
    const button = event.submitter;
    fetch(root.dataset.words, { redirect: "manual", cache: "no-store" })
      .then((answer) => {
        if (answer.type === "opaqueredirect") tell(root.dataset.lost, true);
        else if (!leaving) leave(button);
      })
      .catch(offline);
  }

  function leave(button) {
    leaving = true;
    form.requestSubmit(button);
  }

  function onUpload(event) {
    const file = event.target.files[0];
    if (!file) return;
    file.text().then((content) => {
      text.set(content.replace(/\r\n/g, "\n"));
      event.target.value = "";
      touched();
    });
  }

  root.classList.add("ia-script");
  root.addEventListener("click", onClick);
  root.addEventListener("keydown", (event) => { if (event.target.matches("[role=tab]")) onTabKeys(event); });
  box.addEventListener("input", touched);
  form.elements.description.addEventListener("input", showUnsaved);
  form.addEventListener("submit", onSubmit);
  window.addEventListener("pageshow", () => { leaving = false; });
  document.getElementById("ia-xml-file").addEventListener("change", onUpload);
  document.body.addEventListener("htmx:beforeOnLoad", guard);
  document.body.addEventListener("htmx:sendError", offline);
  document.body.addEventListener("htmx:timeout", offline);
  document.body.addEventListener("htmx:responseError", () => tell(root.dataset.failed, true));
  window.addEventListener("beforeunload", (event) => {
    if (leaving || !unsaved()) return;
    event.preventDefault();
    event.returnValue = "";
  });

  window.iaEditor = {
    root, form, box, text, open, change, look, touched, goTo, showTab, tell, unsaved,
    busy: () => sending || wanted !== null,
    on: (name, listen) => listeners[name].push(listen),
    start: () => {
      let tab = "mapping";
      try { tab = sessionStorage.getItem("ia-tab") || tab; } catch { /* private windows keep nothing */ }
      showTab(root.querySelector(`[role=tab][data-tab="${CSS.escape(tab)}"]`) ? tab : "mapping");
      answered(text.get());
      showUnsaved();
    },
  };
})();
