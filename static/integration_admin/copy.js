"use strict";

// Buttons with data-copy="ID" copy the value of the element with that id, and say so.
document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy]");
  if (!button) {
    return;
  }
  const source = document.getElementById(button.dataset.copy);
  source.select();
  try {
    await navigator.clipboard.writeText(source.value);
    button.textContent = button.dataset.copied;
  } catch {
    // Without a secure connection the browser keeps its clipboard closed: the value stays selected for Ctrl-C.
    source.focus();
  }
});
