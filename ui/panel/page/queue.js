// Kept conversations: who waits, mine, recent; the next one on a key; what became of a draft.

const LOOK_MS = 3000;
const LOOK_SELDOM_MS = 30000;
const QUEUE_VIEWS = ["waiting", "mine", "recent"];
const REASONS = ["wrong_facts", "wrong_tone", "beside_the_point", "too_long", "outdated", "own_words", "other"];
const ASK_PARENT_MS = [0, 250, 1000, 3000];

Object.assign(S, { queue: null, queueView: "waiting", queueWords: "", kept: null, drawers: {}, newer: false, queueSaid: "" });

async function rest(method, path, body) {
  const answer = await fetch(`/api/v1/${path}`, {
    method, credentials: "same-origin", headers: body ? { "content-type": "application/json" } : {}, body: body ? JSON.stringify(body) : undefined,
  });
  const told = await answer.json().catch(() => null);
  if (!answer.ok || !told) throw new Error(told && told.error ? told.error.message : `${say("problems.bug")} (${answer.status})`);
  return told;
}

// A service that does not answer is asked seldom; the list stays as it was last seen.
async function look() {
  let pause = LOOK_SELDOM_MS;
  try {
    if (!document.hidden) await lookOnce();
    pause = LOOK_MS;
  } catch { /* no kept conversations here, or signed out, or away */ }
  paintQueue();
  setTimeout(look, pause);
}

async function lookOnce() {
  await lookAtList();
  if (!S.kept || S.newer) return;
  const line = await rest("GET", `conversations/${S.kept.id}/line`);
  if (!S.kept || line.id !== S.kept.id || line.messages <= S.kept.seen) return;
  S.newer = true;
  announce(say("queue.newer"));
}

// Where nothing ever waits, because all is pasted, the recent ones are shown.
async function lookAtList() {
  const view = S.queueView;
  const page = await rest("GET", `conversations?view=${view}&per_page=20&q=${encodeURIComponent(view === "recent" ? S.queueWords : "")}`);
  if (view !== S.queueView) return;
  if (S.queue || page.items.length) { S.queue = page; return; }
  if (view === "recent" || !(await rest("GET", "conversations?view=recent&per_page=1")).total) return;
  S.queueView = "recent";
  await lookAtList();
}

function minutesText(since) {
  const minutes = Math.max(0, Math.floor((Date.now() - Date.parse(since)) / 60000));
  return minutes < 60 ? say("queue.minutes", { n: minutes }) : minutes < 1440 ? say("queue.hours", { n: Math.floor(minutes / 60) }) : say("queue.days", { n: Math.floor(minutes / 1440) });
}

function queueRow(line) {
  const here = S.kept && S.kept.id === line.id;
  const state = line.draft !== "none" && say(`queue.drafts.${line.draft}`);
  return el("li", {}, button(el("span", { class: "gist", dir: "auto" }, line.preview || say("queue.empty_text")), () => openKept(line.id), {
    id: `tp-q-${line.id}`, class: `waiter ${here ? "here" : ""}`, "aria-current": here ? "true" : false, title: line.preview,
  }, el("small", {}, line.waiting_since && line.source !== "panel" && minutesText(line.waiting_since), state && el("i", { class: `dot ${line.draft}`, title: state }), state && el("span", { class: "hidden" }, ` ${state}`))));
}

function queueSwitch(view) {
  const n = view === "waiting" && S.queue.waiting ? ` ${S.queue.waiting}` : "";
  return button(`${say(`queue.views.${view}`)}${n}`, () => { S.queueView = view; S.queue.items = []; paintQueue(); lookOnce().then(paintQueue, paintQueue); }, {
    id: `tp-q-view-${view}`, class: "seg", role: "radio", "aria-checked": S.queueView === view ? "true" : "false",
  });
}

function paintQueue() {
  if (!S.words) return;
  const newer = S.newer && el("div", { class: "newer", role: "status" }, el("span", {}, say("queue.newer")), button(say("queue.show"), () => openKept(S.kept.id), { id: "tp-q-newer", class: "plain" }));
  const list = S.queue && [
    el("div", { class: "head" }, el("h2", { class: "quiet" }, say("queue.title")),
      el("div", { class: "segs", role: "radiogroup", "aria-label": say("queue.title") }, QUEUE_VIEWS.map(queueSwitch)),
      el("span", { class: "spring" }), button(say("queue.next"), nextWaiting, { id: "tp-q-next", class: "plain", title: "Alt+J" })),
    S.queueView === "recent" && el("input", { type: "search", id: "tp-q-words", value: S.queueWords, maxlength: 200, placeholder: say("queue.search"), "aria-label": say("queue.search"), oninput: (event) => { S.queueWords = event.target.value; clearTimeout(S.queueTimer); S.queueTimer = setTimeout(() => lookOnce().then(paintQueue, paintQueue), 300); } }),
    S.queue.items.length ? el("ul", { class: "waiters" }, S.queue.items.map(queueRow)) : el("p", { class: "empty" }, say(`queue.none.${S.queueView}`))];
  const said = S.queueSaid && el("p", { class: "note", role: "alert", dir: "auto" }, S.queueSaid);
  const now = JSON.stringify([S.language, S.newer, S.queueSaid, S.queueView, S.kept && S.kept.id, S.queue && S.queue.waiting, S.queue && S.queue.items.map((line) => [line.id, line.preview, line.draft, line.waiting_since && minutesText(line.waiting_since)])]);
  if (now === S.queuePainted) return;
  S.queuePainted = now;
  const scrolled = document.querySelector("#tp-queue .waiters");
  const top = scrolled ? scrolled.scrollTop : 0;
  paint("tp-queue", list, newer, said);
  const again = document.querySelector("#tp-queue .waiters");
  if (again) again.scrollTop = top;
}

// Before another conversation takes the page.
function putAway(telling) {
  if (!telling.kept || !S.kept || !S.answer || telling.kept.id === S.kept.id) return;
  for (const n of everyCard()) clearTimeout(cardAt(n).timer);
  S.drawers[S.kept.id] = { cards: S.cards, own: S.own, fills: S.fills, told: S.told };
}

function openKept(name) {
  S.queueSaid = "";
  ask("open", { kept: name });
  wait();
}

async function nextWaiting() {
  try {
    const told = await rest("GET", `conversations/next?after=${encodeURIComponent(S.kept ? S.kept.id : "")}`);
    if (told.next) openKept(told.next.id);
    else queueSays(say("queue.none.waiting"));
  } catch (error) { queueSays(String(error.message)); }
}

function queueSays(text) { S.queueSaid = text; announce(text); paintQueue(); }

// What was typed for somebody lies in a drawer until the operator comes back to them.
function takeKept(telling) {
  if (telling.kind !== "screen") return;
  if (!telling.kept) {
    if (S.kept && (!S.conversation || S.conversation.id !== S.kept.id)) { S.kept = null; S.newer = false; }
    return;
  }
  S.kept = telling.kept;
  S.newer = false;
  const drawer = S.drawers[S.kept.id];
  if (!drawer || S.same || !S.answer) return;
  const out = (card) => card && card.text !== null && card.text.trim() && { ...freshCard(), text: card.text, editing: card.editing, open: true, past: card.past, how: card.how, stale: card.stale || drawer.told !== S.told };
  S.fills = drawer.fills;
  S.cards = S.cards.map((card, n) => out(drawer.cards[n]) || card);
  S.own = out(drawer.own) || S.own;
  everyCard().forEach((n) => { if (cardAt(n).text !== null) checkSoon(n); });
}

// Nobody waits for this to be written down, and nothing is lost on the screen when it is not.
async function tellOutcome(told) {
  if (!S.kept || !S.kept.draft || !S.conversation || S.conversation.id !== S.kept.id) return;
  try { await rest("POST", `conversations/${S.kept.id}/outcome`, { draft: S.kept.draft, ...told }); } catch (error) { queueSays(String(error.message)); }
}

async function tellCopied(n) {
  const own = typeof n !== "number";
  if (own || cardAt(n).text !== null) await tellOutcome({ what: "edited", text: textOf(n), ...(own ? {} : { option: n }) });
  if (!own) await tellOutcome({ what: "copied", option: n });
  if (!S.kept || S.kept.chatwoot) return;
  await tellOutcome({ what: "sent", text: textOf(n) });
}

function openDismiss() {
  if (!S.kept || !S.kept.draft) { announce(say("queue.nothing_to_dismiss")); return; }
  let dialog = document.getElementById("tp-dismiss");
  if (!dialog) {
    dialog = el("dialog", { id: "tp-dismiss", "aria-labelledby": "tp-dismiss-title" });
    dialog.addEventListener("click", (event) => { if (event.target === dialog) dialog.close(); });
    dialog.addEventListener("keydown", (event) => {
      const found = /^Digit([1-7])$/.exec(event.code);
      if (found && !event.altKey && !event.ctrlKey) { event.preventDefault(); dismiss(REASONS[Number(found[1]) - 1]); }
    });
    document.getElementById("tp-desk").append(dialog);
  }
  if (dialog.open) { dialog.close(); return; }
  dialog.replaceChildren(
    el("div", { class: "head" }, el("h2", { id: "tp-dismiss-title" }, say("queue.dismiss")), button("×", () => dialog.close(), { class: "icon", title: say("page.close"), "aria-label": say("page.close") })),
    el("ol", { class: "reasons" }, REASONS.map((reason, n) => el("li", {}, button(say(`queue.reasons.${reason}`), () => dismiss(reason), { id: `tp-reason-${reason}`, class: "plain", autofocus: n === 0 }, el("kbd", {}, String(n + 1)))))));
  dialog.showModal();
}

async function dismiss(reason) {
  document.getElementById("tp-dismiss").close();
  await tellOutcome({ what: "dismissed", reason });
  announce(say("queue.dismissed"));
  openOwn();
}

// A link, or the helpdesk that frames the panel, names a conversation: two numbers, nothing more.
async function openPlace(path, body) {
  try {
    const told = await rest("POST", path, body);
    openKept(told.conversation.line.id);
    if (!told.fresh) queueSays(told.trouble);
  } catch (error) { queueSays(String(error.message)); }
}

function followLinks() {
  const query = new URLSearchParams(location.search);
  const [account, conversation] = ["account", "conversation"].map((name) => Number(query.get(name)));
  if (account > 0 && conversation > 0) openPlace("chatwoot/open", { account, conversation });
  if (parent !== self) followParent();
}

function followParent() {
  let told = "";
  addEventListener("message", (event) => {
    if (event.source !== parent || typeof event.data !== "string") return;
    let said = null;
    try { said = JSON.parse(event.data); } catch { return; }
    const held = said && said.event === "appContext" && said.data && said.data.conversation;
    if (!held) return;
    const place = { account: Number(held.account_id), conversation: Number(held.id) };
    if (!(place.account > 0 && place.conversation > 0) || told === JSON.stringify(place)) return;
    told = JSON.stringify(place);
    openPlace("chatwoot/open", place);
  });
  for (const pause of ASK_PARENT_MS) setTimeout(() => { if (!told) parent.postMessage("chatwoot-dashboard-app:fetch-info", "*"); }, pause);
}

function beginQueue() {
  const left = document.getElementById("tp-left");
  if (!left || document.getElementById("tp-queue")) return;
  left.prepend(el("section", { id: "tp-queue", "aria-label": say("queue.title") }));
  look();
  followLinks();
}
