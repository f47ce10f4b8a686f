"use strict";

// What counts only with another setting is shown only then. Without this script all is shown, and says when it counts.
const FORM = ".ia-sync-form";

function valueOf(form, name) {
  const control = form.elements[name];
  if (!control) {
    return "";
  }
  if (control.type === "checkbox") {
    return control.checked ? "True" : "False";
  }
  return control.value;
}

function holds(form, part) {
  const [name, wanted] = (part.dataset.within || "").split("=");
  const within = !name || valueOf(form, name) === wanted;
  return within && JSON.parse(part.dataset.values).includes(valueOf(form, part.dataset.when));
}

function settle(form) {
  form.classList.add("ia-scripted");
  for (const part of form.querySelectorAll("[data-when]")) {
    part.hidden = !holds(form, part);
  }
}

function settleAll() {
  for (const form of document.querySelectorAll(FORM)) {
    settle(form);
  }
}

// A choice that asks for other settings has the page drawn anew (by the attributes of the form), with what was entered.
let asked = "";

document.addEventListener("htmx:afterSettle", () => {
  settleAll();
  const again = asked && document.querySelector(`${FORM} [name="${asked}"]:is(select, :checked)`);
  asked = "";
  if (again) {
    again.focus();
  }
});

document.addEventListener("change", (event) => {
  const form = event.target.closest(FORM);
  if (!form) {
    return;
  }
  settle(form);
  if (event.target.matches("[data-asks]") && window.htmx) {
    asked = event.target.name;
    window.htmx.trigger(form, "ask");
  }
});

settleAll();
