// The operator's own words: findings underlined while typing, and improving with the changes shown.

const HOWS = ["fix", "shorter", "warmer", "plainer", "formal", "add_step"];
const CYCLE = ["warmer", "shorter"];
const CYRILLIC = /[\u0400-\u04ff]/;

function ownNode() {
  if (S.own) return draftNode(draftAt("own"), "own");
  return button(say("mytext.open"), openOwn, { id: "tp-own-open", class: "plain", title: say("mytext.open_why") }, el("kbd", {}, "Alt+T"));
}

function openOwn() {
  if (!S.answer) return;
  if (!S.own) S.own = { ...freshCard(), text: "", editing: true, open: true };
  S.own.editing = true;
  S.own.diff = null;
  paint("tp-own-place", ownNode());
  underline("own");
  document.getElementById("tp-edit-own").focus();
}

function grow(box) { box.style.height = "auto"; box.style.height = `${Math.min(Math.max(box.scrollHeight + 2, 96), 480)}px`; }

// The marks lie under the box, in a copy of its text that nobody reads aloud.
function editorNode(n) {
  const card = cardAt(n);
  const box = el("textarea", {
    id: `tp-edit-${n}`, class: "edit", "aria-label": say("drafts.edit_label"), rows: 4, maxlength: 8000, dir: "auto", value: card.text,
    placeholder: n === "own" ? say("mytext.placeholder") : false,
    oninput: (event) => { Object.assign(card, { text: event.target.value, stale: false }); grow(event.target); refreshFoot(n); checkSoon(n); },
    onscroll: (event) => { event.target.previousSibling.scrollTop = event.target.scrollTop; },
  });
  return el("div", { class: "editor" }, el("div", { class: "under", id: `tp-under-${n}`, "aria-hidden": "true", dir: "auto" }), box);
}

// Offsets count code points, as in Python; what has been typed since then is not marked.
function underline(n) {
  const under = document.getElementById(`tp-under-${n}`);
  const card = cardAt(n);
  if (!under || !card) return;
  const points = Array.from(card.text);
  const found = (card.check && !card.pending ? card.check.findings : []).filter((f) => f.end > f.start && points.slice(f.start, f.end).join("") === f.span);
  const parts = [];
  let at = 0;
  for (const finding of [...found].sort((a, b) => a.start - b.start)) {
    if (finding.start < at) continue;
    parts.push(points.slice(at, finding.start).join(""), el("mark", { class: finding.severity }, finding.span));
    at = finding.end;
  }
  under.replaceChildren(...parts, `${points.slice(at).join("")}\n`);
}

function putIn(n, finding) {
  const text = textOf(n);
  const points = Array.from(text);
  const there = points.slice(finding.start, finding.end).join("") === finding.span;
  const changed = there ? points.slice(0, finding.start).join("") + finding.put + points.slice(finding.end).join("") : text.replace(finding.span, () => finding.put);
  if (changed === text) return;
  take(n, changed);
}

// Put a text into a card and keep the one before.
function take(n, text) {
  const card = cardAt(n);
  Object.assign(card, { past: [...card.past, textOf(n)].slice(-20), text, editing: true, open: true, diff: null, working: 0 });
  checkSoon(n);
  repaintCard(n);
  const box = document.getElementById(`tp-edit-${n}`);
  grow(box);
  box.focus();
  announce(say("mytext.accepted"));
}

function stepBack(n) {
  const card = cardAt(n);
  Object.assign(card, { text: card.past[card.past.length - 1], past: card.past.slice(0, -1), editing: true, diff: null });
  checkSoon(n);
  repaintCard(n);
  const box = document.getElementById(`tp-edit-${n}`);
  grow(box);
  box.focus();
}

function tuneNodes(n) {
  const card = cardAt(n);
  const russian = CYRILLIC.test(card.text);
  const hows = [...HOWS, ...(russian ? ["vy", "ty", "to_en"] : ["to_ru"])];
  const one = (how) => button(say(`mytext.hows.${how}`), () => improve(n, how), { id: `tp-how-${how}-${n}`, class: "how", disabled: Boolean(card.working || card.diff) });
  return [el("div", { class: "hows", role: "group", "aria-label": say("mytext.how") }, el("span", { class: "name", title: say("mytext.key_hint") }, say("mytext.how")), hows.map(one)),
    el("p", { class: "status", role: "status", id: `tp-said-${n}` }, card.working ? say("mytext.working") : card.said || "")];
}

function paintTune(n) { paint(`tp-tune-${n}`, tuneNodes(n)); }

function improve(n, how) {
  const card = cardAt(n);
  if (card.working) return;
  card.said = card.text.trim() ? "" : say("mytext.empty");
  if (card.said) { paintTune(n); return; }
  card.how = how;
  card.working = ask("improve", { text: card.text, how, fills: S.fills });
  paintTune(n);
  clearTimeout(card.patience);
  card.patience = setTimeout(() => { if (card.working) improveFailed({ serial: card.working, problem: say("problems.gone") }); }, PATIENCE_MS);
}

function workingOn(serial) { return everyCard().find((n) => cardAt(n).working === serial); }

function showImproved(telling) {
  const n = workingOn(telling.serial);
  if (n === undefined) return;
  const card = cardAt(n);
  const view = telling.improved;
  card.working = 0;
  card.said = "";
  if (card.text !== view.before || !card.editing) card.said = say("mytext.moved");
  else if (!view.changed) card.said = view.notes.join(" ") || say("mytext.same");
  else card.diff = view;
  if (!card.diff) { paintTune(n); announce(card.said); return; }
  repaintCard(n);
  document.getElementById(`tp-accept-${n}`).focus({ preventScroll: true });
}

function improveFailed(telling) {
  const n = workingOn(telling.serial);
  if (n === undefined) return;
  Object.assign(cardAt(n), { working: 0, said: telling.problem });
  paintTune(n);
}

function diffNode(n) {
  const view = cardAt(n).diff;
  const tag = { cut: "del", added: "ins", same: "span" };
  const said = { cut: say("mytext.cut"), added: say("mytext.added") };
  const piece = (p) => el(tag[p.kind], { title: p.why || false }, said[p.kind] && el("span", { class: "hidden" }, ` [${said[p.kind]}: `), p.text, said[p.kind] && el("span", { class: "hidden" }, "] "));
  return el("div", { class: "diff", role: "group", "aria-label": say("mytext.diff") },
    el("p", { class: "own", dir: "auto" }, view.pieces.map(piece)),
    view.whys.length > 0 && el("p", { class: "whys", dir: "auto" }, view.whys.join(" · ")),
    view.notes.map((note) => el("p", { class: "note", dir: "auto" }, note)),
    el("div", { class: "acts" },
      button(say("mytext.accept"), () => take(n, view.text), { id: `tp-accept-${n}`, class: "accept" }),
      button(say("mytext.refuse"), () => refuse(n), { id: `tp-refuse-${n}`, class: "plain" }),
      el("span", { class: "count" }, [say(`mytext.hows.${view.how}`), view.by_model && say("mytext.by_model"), view.cost].filter(Boolean).join(" · "))));
}

function refuse(n) {
  cardAt(n).diff = null;
  repaintCard(n);
  const box = document.getElementById(`tp-edit-${n}`);
  grow(box);
  box.focus();
}

function closeDiff() {
  const n = everyCard().find((each) => cardAt(each).diff);
  if (n === undefined) return false;
  refuse(n);
  return true;
}

// Alt+E: the text in hand made warmer; once more, shorter.
function cycle() {
  if (!S.answer) return;
  const inside = document.activeElement && document.activeElement.closest(".draft");
  const n = everyCard().find((each) => inside && inside.id === `tp-draft-${each}`) ?? (S.own ? "own" : everyCard()[0]);
  if (n === undefined) return;
  const card = cardAt(n);
  if (card.diff) { card.diff = null; repaintCard(n); }
  if (!card.editing) startEditing(n);
  improve(n, CYCLE[(CYCLE.indexOf(card.how) + 1) % CYCLE.length]);
}

function promisesNode(commitments) {
  if (!commitments || !commitments.length) return null;
  return el("ul", { class: "promises", "aria-label": say("mytext.promises") }, commitments.map((one) =>
    el("li", { class: one.kept ? "kept" : "loose" }, el("q", { dir: "auto" }, one.span), el("b", {}, one.verdict), one.source && el("code", {}, one.source))));
}
