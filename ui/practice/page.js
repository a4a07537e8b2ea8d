// The practice page: what is pressed goes to Python as one request, what comes back is put in place.

const PATIENCE_MS = 30000;
const native = Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, "value");
const T = { serial: 0, heard: false, patience: 0, hinted: false, began: 0, gone: 0, paused: false };

function place(id) { return document.getElementById(id); }
function box(id) { return document.querySelector(`#${id} input`); }

// Whose sessions these are: a secret of this browser, made here, sent as a cookie.
(() => {
  const known = document.cookie.split("; ").some((part) => part.startsWith("teplo_trainee="));
  let own = "";
  try { own = localStorage.getItem("teplo.trainee") || ""; } catch { /* a frame without storage */ }
  if (!/^[0-9a-f]{32}$/.test(own)) own = Array.from(crypto.getRandomValues(new Uint8Array(16)), (b) => b.toString(16).padStart(2, "0")).join("");
  try { localStorage.setItem("teplo.trainee", own); } catch { if (known) return; }
  document.cookie = `teplo_trainee=${own}; Path=/; SameSite=Strict; Max-Age=31536000`;
})();

function ask(request, where) {
  const wire = box("pr-ask");
  if (!wire) return;
  T.serial += 1;
  T.where = where || null;
  document.body.classList.add("pr-busy");
  announce(place("pr-frame").dataset.working);
  clearTimeout(T.patience);
  T.patience = setTimeout(() => problem(place("pr-frame").dataset.gone), PATIENCE_MS);
  native.set.call(wire, JSON.stringify({ ...request, serial: T.serial }));
  wire.dispatchEvent(new Event("input", { bubbles: true }));
}

function announce(text) { const live = place("pr-live"); if (live) live.textContent = text; }

function problem(text) {
  clearTimeout(T.patience);
  document.body.classList.remove("pr-busy");
  const shown = place("pr-problem");
  shown.textContent = text;
  shown.hidden = !text;
  if (text) announce(text);
}

function heard(raw) {
  if (!raw) return;
  const told = JSON.parse(raw);
  if (told.serial !== T.serial) return;
  T.heard = true;
  problem(told.problem);
  if (told.problem) { place("pr-problem").scrollIntoView({ block: "nearest" }); return; }
  if (told.hinted) T.hinted = true;
  if (told.sent) sent();
  for (const [id, html] of Object.entries(told.parts)) if (place(id)) place(id).innerHTML = html;
  if (told.parts["pr-view"] !== undefined) screen(told.address);
  else if (told.parts["pr-thread"] !== undefined) onTurn();
  else if (told.parts["pr-coach"] !== undefined) seeCoach();
  announce(told.said);
  if (told.file) save(told.file);
}

function screen(address) {
  if (address !== null && address !== location.search) history.pushState(null, "", `${location.pathname}${address}`);
  T.hinted = false;
  filter();
  const text = place("pr-text");
  if (text) { text.value = draft(); onTurn(); return; }
  const back = T.where && place(T.where);
  if (back) { back.tabIndex = -1; back.focus({ preventScroll: true }); back.scrollIntoView({ block: "start" }); return; }
  scrollTo({ top: 0 });
  const title = document.querySelector("#pr-view h1");
  if (title && T.moved) { title.tabIndex = -1; title.focus({ preventScroll: true }); }
}

function onTurn() {
  T.began = performance.now(); T.gone = 0; pause(false);
  const thread = document.querySelector(".pr-thread");
  if (thread) thread.scrollTop = thread.scrollHeight;
  const text = place("pr-text");
  if (text && innerWidth >= 720) text.focus({ preventScroll: true });
  tick();
}

function seeCoach() {
  const coach = place("pr-coach");
  const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
  if (coach) coach.scrollIntoView({ block: "nearest", behavior: calm ? "auto" : "smooth" });
}

// A half-written reply outlives a reload, until it is sent.
function draft() { try { return sessionStorage.getItem(`teplo.reply.${place("pr-text").dataset.keep}`) || ""; } catch { return ""; } }
function keepDraft(text) { try { sessionStorage.setItem(`teplo.reply.${text.dataset.keep}`, text.value); } catch { /* no storage */ } }
function sent() {
  T.hinted = false;
  const text = place("pr-text");
  if (text) { text.value = ""; keepDraft(text); }
}

// Waiting time of the customer; a pause stops it.
function waited() { return T.paused ? T.gone : T.gone + (performance.now() - T.began) / 1000; }
function pause(on) {
  if (on === T.paused) return;
  T.gone = on ? waited() : T.gone;
  T.began = performance.now();
  T.paused = on;
  const button = place("pr-pause");
  if (button) { button.textContent = on ? button.dataset.on : button.dataset.off; button.setAttribute("aria-pressed", String(on)); }
  tick();
}
function tick() {
  const clock = place("pr-timer"), form = place("pr-compose");
  if (!clock || !form) return;
  const all = Math.floor(waited());
  clock.textContent = `${T.paused ? form.dataset.paused : form.dataset.waits} ${Math.floor(all / 60)}:${String(all % 60).padStart(2, "0")}`;
}
setInterval(tick, 1000);

function filter() {
  const cards = [...document.querySelectorAll("[data-card]")];
  if (!cards.length) return;
  const wanted = [...document.querySelectorAll("[data-filter]")].map((node) => [node.dataset.filter, node.value.trim().toLowerCase()]);
  let shown = 0;
  for (const card of cards) {
    const fits = wanted.every(([key, value]) => !value || (key === "sought" ? card.dataset.sought.includes(value) : card.dataset[key].toLowerCase() === value));
    card.hidden = !fits;
    shown += fits ? 1 : 0;
  }
  place("pr-count").textContent = place("pr-count").dataset.text.replace("{n}", shown);
  place("pr-none").hidden = shown > 0;
}

function request(node) {
  const { do: what, id = "", turn, action, skipped, who } = node.dataset;
  const made = { do: what, id };
  if (turn !== undefined) made.turn = Number(turn);
  if (action) made.action = action;
  if (skipped) made.skipped = true;
  if (who) made.who = who;
  return made;
}

function submitted(form) {
  const made = request(form);
  const data = Object.fromEntries(new FormData(form));
  if (made.do === "start") made.setting = data;
  else Object.assign(made, data);
  if (made.do === "say") {
    const thread = document.querySelector(".pr-thread");
    if (form.id === "pr-compose" && !made.text.trim()) { problem(form.dataset.empty); place("pr-text").focus(); return; }
    made.turn = Number(thread.dataset.turn);
    made.seconds = Math.round(waited() * 10) / 10;
    made.hinted = T.hinted;
  }
  ask(made, made.turn !== undefined && made.do !== "say" ? `pr-turn-${made.turn + 1}` : "");
}

function save(file) {
  const address = URL.createObjectURL(new Blob([file.text], { type: file.kind }));
  const link = Object.assign(document.createElement("a"), { href: address, download: file.name });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(address), 10000);
}

function busy() { return document.body.classList.contains("pr-busy"); }

document.addEventListener("click", (event) => {
  if (!(event.target instanceof Element)) return;
  if (event.target.id === "pr-pause") { pause(!T.paused); return; }
  const taken = event.target.closest("[data-take]");
  if (taken) {
    const text = place("pr-text");
    text.value = place(taken.dataset.take).textContent;
    keepDraft(text);
    text.focus();
    return;
  }
  const button = event.target.closest("#pr-view button[data-do]");
  if (!button || busy()) return;
  T.moved = true;
  if (button.dataset.sure && button.dataset.asked !== "1") {
    button.dataset.asked = "1";
    button.textContent = button.dataset.sure;
    button.removeAttribute("aria-label");
    return;
  }
  ask(request(button));
});

document.addEventListener("submit", (event) => {
  if (!(event.target instanceof HTMLFormElement) || !event.target.dataset.do) return;
  event.preventDefault();
  if (!busy()) submitted(event.target);
});

document.addEventListener("keydown", (event) => {
  if (event.target.id !== "pr-text" || event.key !== "Enter" || event.isComposing) return;
  if (event.shiftKey || event.altKey) return;
  event.preventDefault();
  place("pr-compose").requestSubmit();
});

document.addEventListener("input", (event) => {
  if (event.target.dataset && event.target.dataset.filter) filter();
  if (event.target.id === "pr-text") keepDraft(event.target);
});

addEventListener("popstate", open);

// The other language goes on with the same session.
document.addEventListener("click", (event) => {
  const other = event.target instanceof Element && event.target.closest("a[data-tp-language]");
  if (other) other.href = other.getAttribute("href").split("?")[0] + location.search;
}, true);

function open() {
  const at = new URLSearchParams(location.search);
  const [session, chosen, view] = [at.get("s"), at.get("c"), at.get("v")];
  if (session) ask({ do: "open", id: session });
  else if (chosen) ask({ do: "setup", id: chosen });
  else ask({ do: ["mine", "trainer"].includes(view) ? view : "home" });
}

// Gradio draws its boxes some time after the page is there; ask until somebody answers.
// The boxes of our own HTML come dressed as running text: undress them.
(function begin() {
  const inbox = box("pr-tell");
  if (!inbox || !box("pr-ask") || !place("pr-view")) { setTimeout(begin, 30); return; }
  for (const node of document.querySelectorAll(".prose")) node.classList.remove("prose");
  Object.defineProperty(inbox, "value", {
    get() { return native.get.call(this); },
    set(value) { native.set.call(this, value); heard(value); },
  });
  (function start(pause) { if (T.heard) return; open(); setTimeout(start, pause, pause * 2); })(900);
})();
