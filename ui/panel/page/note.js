// The private note: for colleagues only, in a window of its own, copied at once.

function openNote() {
  const dialog = noteDialog();
  if (dialog.open && !S.note.view) return;
  S.note = { ...(S.note || { masked: false }), view: null, problem: "", status: "", key: "" };
  if (!S.conversation || !S.conversation.messages.length) S.note.problem = say("note.nothing");
  else askNote();
  paintNote();
  if (!dialog.open) dialog.showModal();
}

function askNote() {
  S.note.serial = ask("note", { masked: S.note.masked, fills: S.fills });
  clearTimeout(S.note.timer);
  S.note.timer = setTimeout(() => { if (!S.note.view) noteFailed({ serial: S.note.serial, problem: say("problems.gone") }); }, PATIENCE_MS);
}

function noteDialog() {
  const there = document.getElementById("tp-note");
  if (there) return there;
  const dialog = el("dialog", { id: "tp-note", "aria-labelledby": "tp-note-title" }, el("div", { id: "tp-note-inside" }));
  dialog.addEventListener("click", (event) => { if (event.target === dialog) dialog.close(); });
  document.getElementById("tp-desk").append(dialog);
  return dialog;
}

function paintNote() {
  const { view, problem, status, masked } = S.note;
  const again = (event) => { S.note.masked = event.target.checked; S.note.view = null; S.note.status = ""; S.note.key = ""; askNote(); paintNote(); };
  paint("tp-note-inside",
    el("div", { class: "head" }, el("h2", { id: "tp-note-title" }, say("note.title")), button("×", () => noteDialog().close(), { class: "icon", id: "tp-note-close", title: say("page.close"), "aria-label": say("page.close") })),
    el("p", { class: "private" }, say("note.private")),
    problem && el("p", { class: "problem", role: "alert" }, problem),
    !view && !problem && el("p", { class: "empty", role: "status" }, say("note.working")),
    view && el("ul", { class: "notelines" }, view.lines.map((line) => el("li", { dir: "auto" }, line))),
    view && view.notices.map((text) => el("p", { class: "note", dir: "auto" }, text)),
    el("div", { class: "acts" },
      view && button(say("note.copy"), copyNote, { id: "tp-note-copy", class: "accept" }),
      view && inDesk() && button(say("send.note"), noteToDesk, { id: "tp-note-send", class: "plain" }),
      el("label", { class: "tick" }, el("input", { type: "checkbox", id: "tp-note-masked", checked: masked, onchange: again }), say("note.masked")),
      el("span", { class: "status ok", role: "status" }, status),
      view && el("span", { class: "count" }, [view.origin, view.cost].filter(Boolean).join(" · "))));
}

async function copyNote() {
  const done = await copyText(S.note.view.copied, "tp-note", ".notelines");
  S.note.status = say(done ? "note.copied" : "drafts.copy_failed");
  paintNote();
}

function showNote(telling) {
  if (!S.note || telling.serial !== S.note.serial || !noteDialog().open) return;
  clearTimeout(S.note.timer);
  S.note.view = telling.note;
  paintNote();
  document.getElementById("tp-note-copy").focus();
  copyNote();
}

function noteFailed(telling) {
  if (!S.note || telling.serial !== S.note.serial) return;
  S.note.problem = telling.problem;
  paintNote();
}
