// The options: sentences with their steps and sources, brackets to fill in, findings, copying.

function freshCard() {
  return { text: null, editing: false, open: false, check: null, pending: null, timer: 0, status: "", tone: "" };
}

function filled(piece) {
  if (!piece.slot) return piece.text;
  const value = (S.fills[piece.slot] || "").trim();
  return value || piece.text;
}

function textOf(n) {
  const draft = S.answer.drafts[n];
  const card = S.cards[n];
  if (card.text !== null) return card.text;
  return draft.sentences.map((s) => s.before + s.pieces.map(filled).join("")).join("");
}

function openSlots(n) {
  return [...new Set([...textOf(n).matchAll(SLOT)].map((match) => match[1]))];
}

function stopsOf(n) {
  const card = S.cards[n];
  return (card.check || S.answer.drafts[n]).stops;
}

function whyBlocked(n) {
  const open = openSlots(n);
  if (open.length) return say("drafts.blocked_slots", { labels: open.join(say("drafts.between")) });
  const stops = stopsOf(n);
  return stops.length ? say("drafts.blocked_findings", { why: stops[0] }) : "";
}

function slotInput(piece, n, where) {
  const label = piece.slot;
  const hint = (S.answer.drafts[n].slots.find((slot) => slot.label === label) || {}).hint;
  const input = el("input", {
    class: "slot", id: `tp-slot-${n}-${where}`, "data-slot": label, value: S.fills[label] || "", placeholder: label, maxlength: 120, autocomplete: "off",
    "aria-label": say("drafts.slot_label", { label }), title: hint || say("drafts.slot_label", { label }), dir: "auto",
    oninput: (event) => fill(label, event.target),
  });
  fit(input);
  return input;
}

function fit(input) {
  const length = (input.value || input.placeholder).length;
  input.style.width = `${Math.min(Math.max(length, 4) + 2.5, 30)}ch`;
  input.classList.toggle("done", Boolean(input.value.trim()));
}

function fill(label, input) {
  S.fills[label] = input.value;
  for (const other of document.querySelectorAll("input.slot")) {
    if (other.dataset.slot !== label) continue;
    if (other !== input) other.value = input.value;
    fit(other);
  }
  S.answer.drafts.forEach((draft, n) => {
    if (!draft.slots.some((slot) => slot.label === label) || S.cards[n].text !== null) return;
    refreshFoot(n);
    if (!openSlots(n).length) checkSoon(n);
  });
}

function sourceMark(id, sentence) {
  const index = S.answer.sources.passages.findIndex((passage) => passage.id === id);
  if (index < 0) return null;
  const title = say("drafts.sources", { title: S.answer.sources.passages[index].title });
  return button(String(index + 1), () => openSource(index, sentence), { class: "cite", title, "aria-label": title });
}

function pieceNode(piece, n, where) {
  if (piece.slot) return slotInput(piece, n, where);
  return piece.severity ? el("mark", { class: piece.severity }, piece.text) : piece.text;
}

function sentenceNode(sentence, n, index, all) {
  const goesOn = index > 0 && sentence.step && sentence.step === all[index - 1].step;
  const name = [sentence.step_name, sentence.act].filter(Boolean).join(" · ");
  const plain = sentence.pieces.map((piece) => piece.text).join("");
  return el("li", { class: "sentence" },
    el("span", { class: `tag ${sentence.step ? "" : "none"} ${goesOn ? "goes" : ""}`, title: name, "aria-label": name || false }, sentence.step || "·"),
    el("span", { class: "words", dir: "auto" }, sentence.pieces.map((piece, p) => pieceNode(piece, n, `${index}-${p}`)),
      sentence.sources.map((id) => sourceMark(id, plain))));
}

function findingNode(finding) {
  return el("li", { class: `finding ${finding.severity}` },
    el("b", {}, finding.severity_name), finding.span && el("q", { dir: "auto" }, finding.span),
    el("span", { dir: "auto" }, finding.why), finding.better && el("em", { dir: "auto" }, say("drafts.better", { text: finding.better })));
}

function bodyNode(n) {
  const draft = S.answer.drafts[n];
  const card = S.cards[n];
  if (card.editing) {
    return el("textarea", {
      id: `tp-edit-${n}`, class: "edit", "aria-label": say("drafts.edit_label"), rows: 7, maxlength: 8000, dir: "auto", value: card.text,
      oninput: (event) => { card.text = event.target.value; refreshFoot(n); checkSoon(n); },
    });
  }
  if (card.text !== null) return el("p", { class: "own", dir: "auto" }, card.text);
  const stepped = draft.sentences.some((sentence) => sentence.step);
  return el("ol", { class: `sentences ${stepped ? "stepped" : "flat"}` }, draft.sentences.map((s, index, all) => sentenceNode(s, n, index, all)));
}

function countText(card, findings, over, length, max) {
  if (card.pending) return say("drafts.checking");
  const count = say(over ? "drafts.chars_over" : "drafts.chars", { n: length, max });
  return findings.length ? count : `${say("drafts.clean")} · ${count}`;
}

function footNodes(n) {
  const card = S.cards[n];
  const draft = S.answer.drafts[n];
  const findings = (card.check || draft).findings;
  const why = whyBlocked(n);
  const length = textOf(n).length;
  const over = length > draft.max_chars;
  const status = card.status || why || "";
  return [
    findings.length > 0 && el("ul", { class: "findings", "aria-label": say("drafts.findings") }, findings.map(findingNode)),
    el("p", { class: `status ${card.status ? card.tone : why ? "stop" : ""}`, role: "status" }, status),
    el("div", { class: "acts" },
      card.editing
        ? button(say("drafts.edit_done"), () => stopEditing(n), { id: `tp-done-${n}`, class: "plain" })
        : button(say("drafts.edit"), () => startEditing(n), { id: `tp-editing-${n}`, class: "plain" }),
      card.text !== null && button(say("drafts.reset"), () => resetCard(n), { id: `tp-reset-${n}`, class: "plain" }),
      card.tone === "ok" && button(say("conversation.add_reply"), () => addReply(textOf(n)), { id: `tp-used-${n}`, class: "plain" }),
      el("span", { class: `count ${over ? "over" : ""}` }, countText(card, findings, over, length, draft.max_chars))),
  ];
}

function refreshFoot(n) {
  paint(`tp-foot-${n}`, footNodes(n));
  const copy = document.getElementById(`tp-copy-${n}`);
  if (copy) copy.classList.toggle("blocked", Boolean(whyBlocked(n)));
}

// The model's version is told in the title line, where nothing has to move for it.
function modelNote() {
  if (S.held) return button(say("privacy.model_show"), showHeld, { class: "plain", id: "tp-model", title: say("privacy.model_ready") });
  return S.awaits ? el("small", { class: "working" }, say("privacy.model_working")) : null;
}

function draftNode(draft, n) {
  const card = S.cards[n];
  const notes = [draft.origin, card.text !== null ? say("drafts.edited") : ""].filter(Boolean).join(" · ");
  return el("article", { class: `draft ${n === 0 ? "main" : "other"} ${card.open || n === 0 ? "open" : ""}`, id: `tp-draft-${n}`, "aria-labelledby": `tp-draft-title-${n}` },
    el("div", { class: "head" },
      el("h3", { id: `tp-draft-title-${n}` }, el("span", { class: "n" }, n + 1), draft.label, notes && el("small", {}, notes), n === 0 && el("span", { id: "tp-model-note" }, modelNote())),
      button(say("drafts.copy"), () => copyDraft(n), { id: `tp-copy-${n}`, class: `copy ${whyBlocked(n) ? "blocked" : ""}`, title: `Alt+${n + 1}` }, el("kbd", {}, `Alt+${n + 1}`))),
    el("div", { class: "body", onclick: () => openCard(n) }, bodyNode(n)),
    n > 0 && button(say("page.more"), () => openCard(n), { class: "plain unfold", id: `tp-unfold-${n}` }),
    el("div", { class: "foot", id: `tp-foot-${n}` }, footNodes(n)));
}

function paintDrafts() {
  const drafts = S.answer ? S.answer.drafts : [];
  const [main, ...others] = drafts.map(draftNode);
  const notices = S.answer ? S.answer.notices : [];
  paint("tp-drafts",
    el("h2", { class: "quiet" }, say("drafts.title")),
    S.problem && el("div", { class: "problem", role: "alert" }, el("b", {}, say("problems.title")), el("span", {}, S.problem),
      S.conversation && S.conversation.messages.length > 0 && button(say("problems.retry"), () => askAgain(), { class: "plain", id: "tp-retry" })),
    S.answer && S.answer.sources.warning && el("div", { class: "warning" }, el("b", {}, S.answer.sources.warning), el("span", {}, S.answer.sources.warning_why)),
    notices.map((text) => el("p", { class: "note", dir: "auto" }, text)),
    drafts.length === 0 && !S.problem && el("p", { class: "empty" }, say("drafts.none")),
    main, others.length > 0 && el("div", { class: "others" }, others));
  markLong();
}

// Only what does not fit is faded and gets a button to show the rest.
function markLong() {
  for (const card of document.querySelectorAll(".draft.other")) {
    const body = card.querySelector(".body");
    card.classList.toggle("long", !card.classList.contains("open") && body.scrollHeight > body.clientHeight + 4);
  }
}
