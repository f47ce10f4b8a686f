"use strict";

// The frame of every page: the search dialog, menus that close again, icons that are not read aloud.

const closesMenus = (except) => {
  for (const menu of document.querySelectorAll("details[data-closes][open]")) {
    if (menu !== except) {
      menu.open = false;
    }
  }
};

const hideIcons = (root) => {
  // An icon is a word in a font: without this a screen reader reads "arrow back" beside every name.
  for (const icon of root.querySelectorAll(".material-symbols-outlined:not([aria-hidden])")) {
    icon.setAttribute("aria-hidden", "true");
  }
};

const plainScrollers = () => {
  // The theme calls every scrolling part by one name, which tells nobody which is which.
  for (const part of document.querySelectorAll(".simplebar-content-wrapper[role=region]")) {
    part.removeAttribute("role");
    part.removeAttribute("aria-label");
  }
};

// Where the cells of a list are stacked, each is headed by its column: the theme writes every word of that large.
const headCells = () => {
  for (const cell of document.querySelectorAll("#result_list [data-label]")) {
    const [first = "", ...rest] = cell.dataset.label;
    cell.dataset.label = first.toUpperCase() + rest.join("");
  }
};

// Whoever signs in again in another window is given another token: pages that were open before take that one.
const freshToken = () => {
  const token = /(?:^|; )csrftoken=([^;]+)/.exec(document.cookie);
  for (const field of token ? document.querySelectorAll("input[name=csrfmiddlewaretoken]") : []) {
    field.value = token[1];
  }
};

// Two clicks on a button are one press: what it sends is sent once, until the page is left or this long has passed.
const ONE_PRESS = 10_000;
let pressed = new WeakMap();

const once = (event) => {
  const form = event.target;
  const elsewhere = form.target && form.target !== "_self";
  if (event.defaultPrevented || form.getAttribute("method")?.toLowerCase() !== "post" || elsewhere) {
    return;
  }
  if (Date.now() - (pressed.get(form) ?? -ONE_PRESS) < ONE_PRESS) {
    event.preventDefault();
  } else {
    pressed.set(form, Date.now());
  }
};

const searchDialog = () => document.getElementById("ia-search");
const searchWords = () => document.getElementById("ia-search-words");
const options = () => [...searchDialog().querySelectorAll("[role=option]")];

const openSearch = () => {
  const dialog = searchDialog();
  if (dialog && !dialog.open) {
    dialog.showModal();
    searchWords().select();
  }
};

const select = (option) => {
  for (const other of options()) {
    other.setAttribute("aria-selected", String(other === option));
  }
  searchWords().setAttribute("aria-activedescendant", option ? option.id : "");
  option?.scrollIntoView({ block: "nearest" });
};

const selected = () => options().find((option) => option.getAttribute("aria-selected") === "true");

const moveSelection = (step) => {
  const all = options();
  const place = all.indexOf(selected());
  select(all[Math.min(Math.max(place + step, 0), all.length - 1)]);
};

const searchKeys = {
  ArrowDown: () => moveSelection(1),
  ArrowUp: () => moveSelection(-1),
  Enter: () => selected()?.click(),
};

document.addEventListener("keydown", (event) => {
  if (event.key.toLowerCase() === "k" && (event.ctrlKey || event.metaKey)) {
    event.preventDefault();
    openSearch();
  } else if (event.key === "Escape") {
    closesMenus();
  } else if (event.target.id === "ia-search-words" && searchKeys[event.key]) {
    event.preventDefault();
    searchKeys[event.key]();
  }
});

document.addEventListener("click", (event) => {
  closesMenus(event.target.closest("details[data-closes]"));
  if (event.target.closest("[data-search-open]")) {
    openSearch();
  } else if (event.target.closest("[data-search-close]") || event.target === searchDialog()) {
    searchDialog().close();
  }
});

for (const before of ["submit", "change", "htmx:confirm"]) {
  document.addEventListener(before, freshToken, true);
}

document.addEventListener("submit", once);
// A page that comes back by the button of the browser may be sent again.
window.addEventListener("pageshow", () => {
  pressed = new WeakMap();
});

document.addEventListener("DOMContentLoaded", () => {
  hideIcons(document);
  headCells();
});
window.addEventListener("load", plainScrollers);
document.addEventListener("htmx:afterSettle", (event) => {
  hideIcons(event.target);
  if (event.target.id === "ia-search-found") {
    select(options()[0]);
  }
});
