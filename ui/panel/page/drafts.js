// The options: sentences with their steps and sources, brackets to fill in, findings, copying.

// Beside the numbered options stand two of their own: "model" and "own".

function freshCard() {
  return { text: null, editing: false, open: false, check: null, pending: null, timer: 0, status: "", tone: "", past: [], diff: null, working: 0, stale: false };
}

function draftAt(n) {
  if (n === "own") return { label: say("mytext.title"), origin: "", text: "", sentences: [], slots: [], findings: [], stops: [], max_chars: S.answer.drafts.length ? S.answer.drafts[0].max_chars : 700 };
  return n === "model" ? S.model && S.model.draft : S.answer.drafts[n];
}

function cardAt(n) {
  if (n === "own") return S.own;
  return n === "model" ? S.model && S.model.card : S.cards[n];
}

function putCard(n, card) {
  if (n === "own") S.own = card;
  else if (n === "model") S.model.card = card;
  else S.cards[n] = card;
}

function everyCard() {
  if (!S.answer) return [];
  return [...S.cards.keys(), ...(S.model && S.model.draft ? ["model"] : []), ...(S.own ? ["own"] : [])];
}

function keyOf(n) { return n === "model" ? "Alt+M" : n === "own" ? "Alt+4" : `Alt+${n + 1}`; }

function signOf(n) { return n === "model" ? "M" : n === "own" ? "4" : n + 1; }

function filled(piece) {
  if (!piece.slot) return piece.text;
  const value = (S.fills[piece.slot] || "").trim();
  return value || piece.text;
}

function textOf(n) {
  const draft = draftAt(n);
  const card = cardAt(n);
  if (card.text !== null) return card.text;
  return draft.sentences.map((s) => s.before + s.pieces.map(filled).join("")).join("");
}

function openSlots(n) {
  return [...new Set([...textOf(n).matchAll(SLOT)].map((match) => match[1]))];
}

function stopsOf(n) {
  const card = cardAt(n);
  return (card.check || draftAt(n)).stops;
}

function whyBlocked(n) {
  const open = openSlots(n);
  if (open.length) return say("drafts.blocked_slots", { labels: open.join(say("drafts.between")) });
  const stops = stopsOf(n);
  return stops.length ? say("drafts.blocked_findings", { why: stops[0] }) : "";
}

function slotInput(piece, n, where) {
  const label = piece.slot;
  const hint = (draftAt(n).slots.find((slot) => slot.label === label) || {}).hint;
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
  everyCard().forEach((n) => {
    if (!draftAt(n).slots.some((slot) => slot.label === label) || cardAt(n).text !== null) return;
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

function findingNode(finding, n, index) {
  return el("li", { class: `finding ${finding.severity}` },
    el("b", {}, finding.severity_name), finding.span && el("q", { dir: "auto" }, finding.span),
    el("span", { dir: "auto" }, finding.why),
    finding.put ? button(say("mytext.put", { text: finding.put }), () => putIn(n, finding), { class: "plain put", id: `tp-put-${n}-${index}` })
      : finding.better && el("em", { dir: "auto" }, say("drafts.better", { text: finding.better })));
}

function bodyNode(n) {
  const draft = draftAt(n);
  const card = cardAt(n);
  if (card.editing) {
    return card.diff ? diffNode(n) : editorNode(n);
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
  const card = cardAt(n);
  const draft = draftAt(n);
  const all = (card.check || draft).findings;
  const findings = card.diff ? [] : all;
  const why = whyBlocked(n);
  const length = textOf(n).length;
  const over = length > draft.max_chars;
  const status = card.status || why || "";
  return [
    findings.length > 0 && el("ul", { class: "findings", "aria-label": say("drafts.findings") }, findings.map((finding, index) => findingNode(finding, n, index))),
    el("p", { class: `status ${card.status ? card.tone : why ? "stop" : ""}`, role: "status" }, status),
    card.check && card.text !== null && !card.diff && promisesNode(card.check.commitments),
    el("div", { class: "acts" }, actsOf(n), el("span", { class: `count ${over ? "over" : ""}` }, countText(card, all, over, length, draft.max_chars))),
  ];
}

// What was taken is no longer work in hand.
function useReply(n) {
  const text = textOf(n);
  if (n === "own") S.own = null; else putCard(n, freshCard());
  addReply(text);
}

function actsOf(n) {
  const card = cardAt(n);
  const act = (name, label, press) => button(label, press, { id: `tp-${name}-${n}`, class: "plain" });
  return [
    card.editing ? act("done", say("drafts.edit_done"), () => stopEditing(n)) : act("editing", say("drafts.edit"), () => startEditing(n)),
    card.past.length > 0 && act("back", say("mytext.back"), () => stepBack(n)),
    card.text !== null && n !== "own" && act("reset", say("drafts.reset"), () => resetCard(n)),
    inDesk() && act("send", say("send.open"), () => openSend(n)),
    card.tone === "ok" && act("used", say("conversation.add_reply"), () => useReply(n)),
  ];
}

function refreshFoot(n) {
  underline(n);
  paint(`tp-foot-${n}`, footNodes(n));
  const copy = document.getElementById(`tp-copy-${n}`);
  if (copy) copy.classList.toggle("blocked", Boolean(whyBlocked(n)));
}

function draftNode(draft, n) {
  const card = cardAt(n);
  const notes = [n === "model" ? "" : draft.origin, card.text !== null && n !== "own" ? say("drafts.edited") : ""].filter(Boolean).join(" · ");
  const kind = n === 0 ? "main" : n === "own" ? "own-text" : `other ${n === "model" ? "by-model" : ""}`;
  return el("article", { class: `draft ${kind} ${card.open || n === 0 || n === "own" ? "open" : ""}`, id: `tp-draft-${n}`, "aria-labelledby": `tp-draft-title-${n}` },
    el("div", { class: "head" },
      el("h3", { id: `tp-draft-title-${n}` }, el("span", { class: "n" }, signOf(n)), n === "model" ? say("stream.title") : draft.label, notes && el("small", {}, notes)),
      button(say("drafts.copy"), () => copyDraft(n), { id: `tp-copy-${n}`, class: `copy ${whyBlocked(n) ? "blocked" : ""}`, title: keyOf(n) }, el("kbd", {}, keyOf(n)))),
    n === "model" && el("p", { class: "cost" }, S.model.cost),
    card.stale && el("p", { class: "stale", role: "note" }, say("mytext.stale")),
    el("div", { class: "body", onclick: () => openCard(n) }, bodyNode(n)),
    card.editing && el("div", { class: "tune", id: `tp-tune-${n}` }, tuneNodes(n)),
    n !== 0 && n !== "own" && button(say("page.more"), () => openCard(n), { class: "plain unfold", id: `tp-unfold-${n}` }),
    el("div", { class: "foot", id: `tp-foot-${n}` }, footNodes(n)));
}

function paintDrafts() {
  const drafts = S.answer ? S.answer.drafts : [];
  const [main, ...others] = drafts.map(draftNode);
  if (S.answer && S.model) others.unshift(modelNode());
  const notices = S.answer ? S.answer.notices : [];
  paint("tp-drafts",
    el("h2", { class: "quiet" }, say("drafts.title")),
    S.problem && el("div", { class: "problem", role: "alert" }, el("b", {}, say("problems.title")), el("span", {}, S.problem),
      S.conversation && S.conversation.messages.length > 0 && button(say("problems.retry"), () => askAgain(), { class: "plain", id: "tp-retry" })),
    S.answer && S.answer.sources.warning && el("div", { class: "warning" }, el("b", {}, S.answer.sources.warning), el("span", {}, S.answer.sources.warning_why)),
    notices.map((text) => el("p", { class: "note", dir: "auto" }, text)),
    drafts.length === 0 && !S.problem && el("p", { class: "empty" }, say("drafts.none")),
    main,
    S.answer && el("div", { id: "tp-own-place" }, ownNode()),
    others.length > 0 && el("div", { class: "others" }, others));
  markLong();
  everyCard().forEach(underline);
}

// Only what does not fit is faded and gets a button to show the rest.
function markLong() {
  for (const card of document.querySelectorAll(".draft.other")) {
    const body = card.querySelector(".body");
    card.classList.toggle("long", !card.classList.contains("open") && body.scrollHeight > body.clientHeight + 4);
  }
}
