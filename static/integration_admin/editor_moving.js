/* Rows are moved by dragging their grip, by the arrow keys on it, and by Alt+arrows anywhere in the row. */
"use strict";

(() => {
  const editor = window.iaEditor;
  if (!editor) return;

  const mapping = document.getElementById("ia-mapping");
  let dragged = null;

  const rowOf = (element) => element.closest("[data-sortable]");

  function move(row, change, after) {
    window.iaMapping.focusAfter(after);
    window.iaMapping.hold();
    editor.change({ verb: "move", path: row.dataset.path, ...change });
  }

  function onKey(event) {
    const by = { ArrowUp: -1, ArrowDown: 1 }[event.key];
    const row = by && rowOf(event.target);
    const grip = event.target.closest("[data-grip]");
    if (!row || !(grip || event.altKey) || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    const neighbour = by < 0 ? row.previousElementSibling : row.nextElementSibling;
    if (neighbour && neighbour.matches("[data-sortable]")) move(row, { by }, "movegrip");
  }

  /* A row can be dragged only by its grip: text in its inputs stays selectable. */
  function onDown(event) {
    const row = event.target.closest("[data-grip]") && rowOf(event.target);
    if (row) row.draggable = true;
  }

  function onStart(event) {
    dragged = event.target.matches("[data-sortable]") ? event.target : null;
    if (!dragged) return;
    event.dataTransfer.effectAllowed = "move";
    event.dataTransfer.setData("text/plain", dragged.dataset.path);
    dragged.classList.add("ia-dragged");
  }

  function place(event) {
    const row = dragged && rowOf(event.target);
    if (!row || row === dragged) return null;
    const box = row.getBoundingClientRect();
    return { row, before: event.clientY < box.top + box.height / 2 };
  }

  function clear() {
    mapping.querySelectorAll(".ia-drop-before, .ia-drop-after").forEach((row) => row.classList.remove("ia-drop-before", "ia-drop-after"));
  }

  function onOver(event) {
    const found = place(event);
    if (!found) return;
    event.preventDefault();
    clear();
    found.row.classList.add(found.before ? "ia-drop-before" : "ia-drop-after");
  }

  function onDrop(event) {
    const found = place(event);
    if (!found) return;
    event.preventDefault();
    move(dragged, { [found.before ? "before" : "after"]: found.row.dataset.path }, "movegrip");
  }

  function onEnd() {
    clear();
    if (dragged) { dragged.classList.remove("ia-dragged"); dragged.draggable = false; }
    dragged = null;
  }

  mapping.addEventListener("keydown", onKey);
  mapping.addEventListener("pointerdown", onDown);
  mapping.addEventListener("dragstart", onStart);
  mapping.addEventListener("dragover", onOver);
  mapping.addEventListener("drop", onDrop);
  mapping.addEventListener("dragend", onEnd);
})();
