"use strict";

// The documentation of one brand: Swagger UI over the brand's own document, and a first call without it.
(() => {
  const read = (id) => JSON.parse(document.getElementById(id).textContent);
  const told = read("ia-doc-told");
  const body = read("ia-doc-body");
  // Of this window alone, and gone with it.
  const slot = `integration-admin-appkey-${told.brand}`;
  const form = document.getElementById("ia-doc-token");
  const dark = window.matchMedia("(prefers-color-scheme: dark)");
  let token = "";
  let ui = null;

  if (told.appkey) {
    sessionStorage.setItem(slot, told.appkey);
  }
  form.elements.appkey.value = sessionStorage.getItem(slot) || "";

  const follow = () => document.documentElement.classList.toggle("dark-mode", dark.matches);
  follow();
  dark.addEventListener("change", follow);

  const appkey = () => form.elements.appkey.value.trim();

  const use = () => {
    if (ui && appkey()) {
      ui.preauthorizeApiKey("appkey", appkey());
    }
    if (ui && token) {
      ui.preauthorizeApiKey("token", token);
    }
  };

  const say = (id, text, wrong) => {
    const place = document.getElementById(id);
    place.textContent = text;
    place.classList.toggle("ia-doc-wrong", wrong);
  };

  const credentials = () => {
    const value = (name) => (form.elements[name] ? form.elements[name].value : "");
    if (value("assertion").trim()) {
      return { grant_type: "urn:ietf:params:oauth:grant-type:jwt-bearer", assertion: value("assertion").trim() };
    }
    return { grant_type: "password", username: value("username"), password: value("password") };
  };

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const said = document.getElementById("ia-doc-token-said");
    try {
      const answer = await fetch(told.token, {
        method: "POST",
        credentials: "omit",
        headers: { "X-APPKEY": appkey() },
        body: new URLSearchParams(credentials()),
      });
      const content = await answer.json();
      token = content.access_token || "";
      say(said.id, token ? said.dataset.got : content.error_description, !token);
    } catch {
      say(said.id, said.dataset.failed, true);
    }
    if (token) {
      sessionStorage.setItem(slot, appkey());
      use();
    }
  });

  const call = document.getElementById("ia-doc-call");
  call.addEventListener("submit", async (event) => {
    event.preventDefault();
    const said = document.getElementById("ia-doc-call-said");
    if (!token) {
      say(said.id, said.dataset.first, true);
      return;
    }
    const shown = document.getElementById("ia-doc-answer");
    try {
      const answer = await fetch(call.dataset.path, {
        method: call.dataset.method,
        credentials: "omit",
        headers: { "X-APPKEY": appkey(), Authorization: `Bearer ${token}`, "Content-Type": "application/json" },
        body: body === null ? undefined : JSON.stringify(body),
      });
      const content = await answer.json();
      say(said.id, `HTTP ${answer.status}${content.message ? ` · ${content.message}` : ""}`, !answer.ok);
      shown.textContent = JSON.stringify(content, null, 2);
      shown.hidden = false;
    } catch {
      say(said.id, said.dataset.failed, true);
    }
  });

  // The library leaves its filter outside of every part, and boxes that scroll out of reach without a mouse.
  const place = document.getElementById("ia-doc-ui");
  const mend = () => {
    place.querySelectorAll(".filter-container:not([role])").forEach((part) => part.setAttribute("role", "search"));
    place.querySelectorAll(".microlight:not([tabindex])").forEach((box) => box.setAttribute("tabindex", "0"));
  };
  new MutationObserver(mend).observe(place, { childList: true, subtree: true });

  ui = window.SwaggerUIBundle({
    url: told.document,
    dom_id: "#ia-doc-ui",
    docExpansion: "none",
    defaultModelsExpandDepth: -1,
    filter: true,
    tryItOutEnabled: true,
    validatorUrl: null,
    syntaxHighlight: { activated: true, theme: "agate" },
    onComplete: use,
  });
})();
