"use strict";

// In the search of a reference Enter searches, which typing has done already: it must not save the form.
document.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && event.target.matches("[data-reference] input[type=search]")) {
    event.preventDefault();
  }
});

// With htmx at hand typing searches: the button that does it without is not needed.
for (const button of document.querySelectorAll("[data-reference] button[name=look]")) {
  button.hidden = Boolean(window.htmx);
}

// Leaving with changes that are not saved asks first.
const form = document.querySelector(".ia-record-form");
if (form) {
  const state = () => new URLSearchParams(new FormData(form)).toString();
  const opened = state();
  let saving = form.querySelector("[aria-invalid]") !== null ? null : false;
  form.addEventListener("submit", () => {
    saving = true;
  });
  window.addEventListener("beforeunload", (event) => {
    if (saving !== true && (saving === null || state() !== opened)) {
      event.preventDefault();
    }
  });
}
