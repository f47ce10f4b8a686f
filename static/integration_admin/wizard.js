"use strict";

// The import wizard. Everything works without this file; with it a large file shows how far it is on its way.
document.documentElement.classList.add("js-on");

// The theme's listener to file inputs looks for a text field of its own beside them, and stumbles where there is none.
document.querySelectorAll(".ia-drop input[type=file]").forEach((input) => { input.hasChangeListener = true; });

// What is pasted goes the way of a file: a form field may not be as large as a file may.
function fileOf(form) {
  const file = form.elements.file.files[0];
  const text = form.elements.text.value;
  return file || (text ? new File([text], "pasted", { type: "text/plain" }) : null);
}

function say(form, sentence) {
  const place = form.querySelector("[data-refused]");
  place.textContent = sentence;
  place.hidden = false;
}

function refuse(form, sentence) {
  say(form, sentence);
  form.querySelector("[data-sending]").hidden = true;
  form.querySelector("[type=submit]").disabled = false;
  // The same file, repaired, is a change again.
  form.elements.file.value = "";
}

function showSent(form, sent, total) {
  const row = form.querySelector("[data-sending]");
  row.hidden = false;
  row.querySelector("progress").value = total ? sent / total : 0;
  row.querySelector("[data-sent]").textContent = total ? `${Math.round((100 * sent) / total)} %` : "";
}

function answerOf(request) {
  try {
    return JSON.parse(request.responseText);
  } catch {
    return {};
  }
}

function send(form) {
  const file = fileOf(form);
  if (form.elements.brand.value === "") {
    // The file stays chosen: it goes on its way as soon as the brand is said.
    say(form, form.dataset.brandless);
    form.elements.brand.focus();
    return;
  }
  if (!file) {
    form.submit();
    return;
  }
  if (file.size > Number(form.dataset.limit)) {
    refuse(form, form.dataset.tooLarge);
    return;
  }
  const body = new FormData(form);
  if (!form.elements.file.files.length) {
    body.set("pasted", "1");
  }
  body.delete("text");
  body.set("file", file, file.name);
  const request = new XMLHttpRequest();
  request.open("POST", form.action);
  request.setRequestHeader("Accept", "application/json");
  request.upload.addEventListener("progress", (event) => showSent(form, event.loaded, event.total));
  request.addEventListener("load", () => {
    const answer = answerOf(request);
    if (answer.next) {
      window.location.assign(answer.next);
    } else {
      refuse(form, answer.message || `${request.status} ${request.statusText}`);
    }
  });
  request.addEventListener("error", () => refuse(form, form.dataset.lost));
  form.querySelector("[data-refused]").hidden = true;
  form.querySelector("[type=submit]").disabled = true;
  request.send(body);
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.matches("[data-bring]")) {
    event.preventDefault();
    send(form);
  } else if (form.matches("[data-once]")) {
    // After the form has been read: a disabled button would not be sent.
    setTimeout(() => {
      form.querySelectorAll("button").forEach((button) => { button.disabled = true; });
      form.querySelectorAll("[data-wait]").forEach((note) => { note.hidden = false; });
    });
  }
});

document.addEventListener("change", (event) => {
  const { form } = event.target;
  if (event.target.matches(".ia-drop input[type=file]") && event.target.files.length) {
    send(form);
  } else if (event.target.matches("#ia-brand") && form.elements.file.files.length) {
    send(form);
  }
});

for (const [name, over] of [["dragenter", true], ["dragover", true], ["dragleave", false], ["drop", false]]) {
  document.addEventListener(name, (event) => {
    const zone = event.target.closest?.(".ia-drop");
    if (zone) {
      zone.toggleAttribute("data-over", over);
    }
  });
}

// A page that the browser kept shows its buttons ready again.
window.addEventListener("pageshow", () => {
  document.querySelectorAll("[data-once] button, [data-bring] button").forEach((button) => { button.disabled = false; });
});
