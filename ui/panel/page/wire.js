// The wire to Python: two hidden Gradio boxes carry requests out, one brings answers in.

const PATIENCE_MS = 20000;
const MAY_TAKE_LONG = ["model", "improve", "note"];
const native = Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, "value");
let patience = 0;

function box(id) { return document.querySelector(`#${id} input`); }

function send(id, value) {
  const node = box(id);
  if (!node) return;
  native.set.call(node, JSON.stringify(value));
  node.dispatchEvent(new Event("input", { bubbles: true }));
}

// The state that Gradio's own buttons send along.
function hold() {
  send("tp-held", { serial: S.serial, language: S.language, framework: S.framework, conversation: S.conversation });
}

function ask(what, more) {
  S.serial += 1;
  const wire = MAY_TAKE_LONG.includes(what) ? "tp-ask-model" : "tp-ask";
  send(wire, { do: what, serial: S.serial, page: S.page, language: S.language, framework: S.framework, conversation: S.conversation, ...more });
  hold();
  return S.serial;
}

function askAgain() {
  if (!S.conversation || !S.conversation.messages.length) { S.answer = null; S.problem = ""; paintAll(); hold(); return; }
  ask("again");
  wait();
}

function chooseFramework(name) { S.framework = name; askAgain(); paintState(); }

function switchLanguage(code) {
  if (code === S.language) return;
  remember("language", code);
  S.language = code;
  ask("start");
  wait();
}

function wait() {
  clearTimeout(patience);
  S.busy = true;
  document.body.classList.add("tp-busy");
  announce(say("page.thinking"));
  patience = setTimeout(() => failed(say("problems.gone")), PATIENCE_MS);
}

function settled() {
  clearTimeout(patience);
  S.busy = false;
  document.body.classList.remove("tp-busy");
}

function failed(why) { settled(); S.problem = why; paintDrafts(); announce(why); }

function heard(raw) {
  if (!raw) return;
  const telling = JSON.parse(raw);
  if (telling.words) { S.words = telling.words; S.language = telling.language; document.documentElement.lang = telling.language; }
  const own = { check: showCheck, improved: showImproved, note: showNote, partial: showPartial, model: showModel }[telling.kind];
  if (own) { own(telling); return; }
  if (telling.of) { failedAside(telling); return; }
  if (telling.serial < S.shown) return;
  show(telling);
}

// What was asked on the side went wrong: everything else stays as it is.
function failedAside(telling) {
  const aside = { improve: improveFailed, note: noteFailed, model: modelFailed }[telling.of];
  if (aside) aside(telling);
}

function show(telling) {
  settled();
  S.shown = telling.serial;
  S.problem = telling.problem;
  S.model = telling.awaits ? { serial: 0, text: "", draft: null, card: freshCard(), notices: [], cost: "" } : null;
  if (telling.privacy) S.privacy = telling.privacy;
  putAway(telling);
  if (telling.thread) takeThread(telling.thread);
  if (telling.kind === "screen") takeAnswer(telling.answer);
  takeKept(telling);
  hold();
  paintAll();
  if (S.problem) announce(S.problem);
  else if (S.answer) announce(say(S.answer.drafts.length === 1 ? "page.ready_one" : "page.ready_few", { n: S.answer.drafts.length }));
  if (telling.awaits) S.model.serial = ask("model");
  if (S.pressed) toAnswer();
}

// On a narrow screen the answer lies below the boxes: go there when it was asked for.
function toAnswer() {
  S.pressed = false;
  if (innerWidth >= 1020 || S.problem || !S.answer) return;
  const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
  document.getElementById("tp-mid").scrollIntoView({ behavior: calm ? "auto" : "smooth", block: "start" });
}

function takeThread(thread) {
  const before = S.conversation;
  const another = before && before.id !== thread.conversation.id;
  S.told = JSON.stringify([thread.conversation.messages, S.framework]);
  const changed = before && JSON.stringify(before.messages) !== JSON.stringify(thread.conversation.messages);
  if (changed && before.messages.length && !S.demo) S.past = [...S.past, before].slice(-20);
  S.same = Boolean(before) && (!another || (!S.demo && goesOn(before.messages, thread.conversation.messages)));
  if (another) { S.fills = {}; S.framework = ""; S.allMessages = false; }
  S.conversation = thread.conversation;
  S.demo = thread.demo;
  S.guessed = thread.guessed;
}

// A chat pasted again with more in it is the same conversation.
function goesOn(before, after) {
  return before.length > 0 && before.length <= after.length && before.every((message, n) => message.text === after[n].text);
}

// Words of the operator outlive a new answer as long as they are for the same person.
function takeAnswer(answer) {
  const kept = S.same ? S.cards : [];
  S.answer = answer;
  S.cards = answer ? answer.drafts.map((_, n) => keptCard(kept[n]) || freshCard()) : [];
  S.own = S.same ? keptCard(S.own) : null;
  if (S.same && answer && !S.own) S.own = keptCard(kept.slice(answer.drafts.length).find((card) => card.text));
  const cited = answer ? answer.sources.passages.findIndex((passage) => passage.cited) : -1;
  S.source = cited < 0 ? null : { index: cited, sentence: "", asked: false };
  S.toldBefore = S.told;
  if (answer) everyCard().forEach((n) => { if (cardAt(n).text !== null) checkSoon(n); });
  if (answer) answer.drafts.forEach((draft, n) => { if (draft.slots.length && !openSlots(n).length) checkSoon(n); });
}

function keptCard(card) {
  if (!card || card.text === null || !card.text.trim()) return null;
  clearTimeout(card.timer);
  const stale = card.stale || (S.toldBefore !== "" && S.toldBefore !== S.told);
  return { ...freshCard(), text: card.text, editing: card.editing, open: true, past: card.past, how: card.how, stale };
}

function paintAll() {
  if (!S.words) return;
  document.title = say("page.title");
  beginQueue(); paintQueue();
  paintTop(); paintThread(); paintState(); paintDrafts(); paintKnown(); paintSources(); paintCases();
  document.body.classList.add("tp-painted");
}

// Gradio draws its boxes some time after the page is there; ask until somebody answers.
function begin() {
  const inbox = box("tp-tell");
  if (!inbox || !box("tp-ask") || !box("tp-held")) { setTimeout(begin, 30); return; }
  Object.defineProperty(inbox, "value", {
    get() { return native.get.call(this); },
    set(value) { native.set.call(this, value); heard(value); },
  });
  makePlaces();
  S.language = remembered("language");
  (function start(pause) { if (S.words) return; ask("start"); setTimeout(start, pause, pause * 2); })(900);
}

function makePlaces() {
  const place = (parent, id, tag) => {
    const node = document.getElementById(parent);
    if (node && !document.getElementById(id)) node.append(el(tag || "div", { id }));
  };
  place("tp-thread-place", "tp-thread", "section"); place("tp-mid", "tp-state", "section"); place("tp-mid", "tp-drafts", "section");
  place("tp-right", "tp-facts", "section"); place("tp-right", "tp-sources", "section"); place("tp-right", "tp-known", "section"); place("tp-right", "tp-cases", "section");
  const live = el("div", { id: "tp-live", class: "hidden", "aria-live": "polite" });
  if (!document.getElementById("tp-live")) document.body.append(live);
}
