// What the operator does with a draft: open, edit, check, copy.

const CHECK_PAUSE_MS = 450;
const CHECK_PATIENCE_MS = 2500;

function repaintCard(n) {
  const old = document.getElementById(`tp-draft-${n}`);
  if (old) old.replaceWith(draftNode(draftAt(n), n));
  underline(n);
}

function openCard(n) {
  if (n === 0 || n === "own" || cardAt(n).open || String(getSelection()).length) return;
  cardAt(n).open = true;
  const card = document.getElementById(`tp-draft-${n}`);
  if (document.activeElement.id === `tp-unfold-${n}`) document.getElementById(`tp-copy-${n}`).focus();
  card.classList.add("open");
  markLong();
}

function startEditing(n) {
  Object.assign(cardAt(n), { text: textOf(n), editing: true, open: true, status: "", tone: "" });
  repaintCard(n);
  if (cardAt(n).check === null) checkSoon(n);
  const box = document.getElementById(`tp-edit-${n}`);
  grow(box);
  box.focus();
}

function stopEditing(n) {
  const card = cardAt(n);
  card.editing = false;
  repaintCard(n);
  document.getElementById(`tp-editing-${n}`).focus();
}

function resetCard(n) {
  clearTimeout(cardAt(n).timer);
  putCard(n, { ...freshCard(), open: true });
  repaintCard(n);
  document.getElementById(`tp-editing-${n}`).focus();
}

function checkSoon(n) {
  const card = cardAt(n);
  Object.assign(card, { status: "", tone: "" });
  clearTimeout(card.timer);
  if (!card.pending) card.pending = pendingCheck();
  card.timer = setTimeout(() => sendCheck(n), CHECK_PAUSE_MS);
}

function pendingCheck() {
  const pending = {};
  pending.promise = new Promise((resolve) => { pending.resolve = resolve; });
  return pending;
}

function sendCheck(n) {
  const card = cardAt(n);
  card.timer = 0;
  const text = textOf(n);
  if (!text.trim()) { settleCheck(card, null); return; }
  card.asked = ask("check", { text, fills: S.fills, draft: n });
}

function settleCheck(card, check) {
  card.check = check;
  if (card.pending) card.pending.resolve();
  card.pending = null;
}

function showCheck(telling) {
  const n = everyCard().find((each) => cardAt(each).asked === telling.serial);
  if (n === undefined || cardAt(n).timer) return;
  settleCheck(cardAt(n), telling.check);
  refreshFoot(n);
}

async function copyDraft(n) {
  if (!S.answer || !draftAt(n) || !cardAt(n)) return;
  const card = cardAt(n);
  openCard(n);
  if (card.timer) { clearTimeout(card.timer); sendCheck(n); }
  if (card.pending) await Promise.race([card.pending.promise, new Promise((go) => setTimeout(go, CHECK_PATIENCE_MS))]);
  const why = textOf(n).trim() ? whyBlocked(n) : say("mytext.empty");
  if (why) {
    Object.assign(card, { status: why, tone: "stop" });
    refreshFoot(n);
    const open = [...document.querySelectorAll(`#tp-draft-${n} input.slot`)].find((input) => !input.value.trim());
    if (open) open.focus();
    return;
  }
  const done = await copyText(textOf(n), `tp-draft-${n}`);
  Object.assign(card, { status: say(done ? "drafts.copied" : "drafts.copy_failed"), tone: done ? "ok" : "stop" });
  refreshFoot(n);
  if (done) { flash(n); tellCopied(n); }
}

function flash(n) {
  const copy = document.getElementById(`tp-copy-${n}`);
  copy.classList.add("copied");
  setTimeout(() => copy.classList.remove("copied"), 1600);
}

// The clipboard is closed to frames of other sites; the old command still works there from a press.
async function copyText(text, place, part = ".body") {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch { /* a frame without the permission, or a page without https */ }
  const box = el("textarea", { class: "hidden", readonly: true, value: text, "aria-hidden": "true", tabindex: "-1" });
  const active = document.activeElement;
  (document.querySelector("dialog[open]") || document.body).append(box);
  box.select();
  let done = false;
  try { done = document.execCommand("copy"); } catch { done = false; }
  box.remove();
  if (active && active.focus) active.focus({ preventScroll: true });
  if (!done) getSelection().selectAllChildren(document.querySelector(`#${place} ${part}`));
  return done;
}
