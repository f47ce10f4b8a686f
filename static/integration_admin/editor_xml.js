/* The code editor over the box: colours, marks beside the lines, completion, and the undo of everything. */
"use strict";

(() => {
  const editor = window.iaEditor;
  if (!editor) return;

  const LIGHT = "ace/theme/chrome";
  const DARK = "ace/theme/one_dark";

  function follow(ace) {
    const dark = document.documentElement.classList.contains("dark");
    ace.setTheme(dark ? DARK : LIGHT);
  }

  /* Replaces only what differs, so that cursor, folds and the undo stack stay where they are. */
  function replaceText(ace, value) {
    const old = ace.getValue();
    if (old === value) return;
    let start = 0;
    while (start < old.length && start < value.length && old[start] === value[start]) start += 1;
    let end = 0;
    const longest = Math.min(old.length, value.length) - start;
    while (end < longest && old[old.length - 1 - end] === value[value.length - 1 - end]) end += 1;
    const document_ = ace.session.getDocument();
    const from = document_.indexToPosition(start, 0);
    const to = document_.indexToPosition(old.length - end, 0);
    ace.session.mergeUndoDeltas = false;
    ace.session.replace({ start: from, end: to }, value.slice(start, value.length - end));
  }

  function completer() {
    return {
      identifierRegexps: [/[A-Za-z0-9_À-￿]/],
      getCompletions(ace, session, position, prefix, callback) {
        const lines = session.getLines(0, position.row);
        lines[position.row] = lines[position.row].slice(0, position.column - prefix.length);
        const found = window.iaWords ? window.iaWords.completions(lines.join("\n"), session.getValue()) : [];
        callback(null, found.map((one) => ({ caption: one.value, value: one.snippet ? undefined : one.value, snippet: one.snippet, meta: one.meta, docText: one.help, score: 100 })));
      },
    };
  }

  function name(ace) {
    const input = ace.textInput.getElement();
    input.setAttribute("aria-label", editor.box.getAttribute("aria-label"));
    /* Tab moves on to the next control: the code is indented by itself. */
    ace.commands.bindKey("Tab", null);
    ace.commands.bindKey("Shift-Tab", null);
  }

  function take(ace) {
    const text = editor.text;
    let ours = false;
    text.get = () => ace.getValue();
    text.set = (value) => { ours = true; replaceText(ace, value); ours = false; };
    text.undo = () => ace.undo();
    text.redo = () => ace.redo();
    text.mark = (marks) => ace.session.setAnnotations(marks);
    text.show = (line, column) => {
      ace.resize(true);
      if (!line) return;
      ace.gotoLine(line, Math.max((column || 1) - 1, 0), false);
      ace.scrollToLine(line, true, false);
      ace.focus();
    };
    ace.session.on("change", () => { if (!ours) editor.touched(); });
    ace.session.setUseWrapMode(false);
    ace.setOptions({ enableBasicAutocompletion: true, enableLiveAutocompletion: true, fontSize: "13px" });
    ace.completers = [completer()];
    name(ace);
    follow(ace);
    new MutationObserver(() => follow(ace)).observe(document.documentElement, { attributes: true, attributeFilter: ["class"] });
    new ResizeObserver(() => ace.resize()).observe(ace.container);
  }

  /* The widget makes its editor when the page has loaded; its listener stands before this one. */
  window.addEventListener("load", () => {
    const widget = document.querySelector(".django-ace-widget");
    if (widget && widget.editor) take(widget.editor);
    editor.start();
  });
})();
