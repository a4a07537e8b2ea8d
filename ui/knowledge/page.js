// The knowledge page: sends what is pressed and typed, shows the HTML that comes back (escaped where it is made).

const native = Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, "value");
const K = { serial: 0, sending: [], painted: {}, waiting: new Map(), last: {}, dirty: false, document: "", closed: [], timers: {} };
const PATIENCE_MS = 60000, POLL_MS = 600, PAUSE_MS = 250, GAP_MS = 40, MAX_BYTES = 20 * 1024 * 1024;
const REPLACES = ["document", "new", "bin", "restore", "revert", "delete", "status", "validity", "erase"];
const PANELS = { documents: "k-panel-documents", upload: "k-panel-upload", gaps: "k-panel-gaps", lint: "k-panel-lint", terms: "k-panel-terms" };

const $ = (id) => document.getElementById(id);
const box = (id) => document.querySelector(`#${id} input`);
const say = (name) => $("k-words").dataset[name] || "";

function fieldsOf(form) {
  return form ? [...new FormData(form)].filter(([, value]) => typeof value === "string") : [];
}

function ask(what, args, form, quiet) {
  if (args && args.view === "edit" && K.closed.includes("save")) args = { ...args, view: "read" };
  K.serial += 1;
  if (what === "list" || what === "gaps") K.last[what] = args || {};
  K.sending.push(JSON.stringify({ serial: K.serial, do: what, args: args || {}, fields: fieldsOf(form) }));
  K.waiting.set(K.serial, { what, args, quiet, at: Date.now() });
  if (!quiet) setTimeout(busy, 200);
  if (K.sending.length === 1) flush();
}

// Gradio gathers changes of one moment into one: requests go out one after another.
function flush() {
  if (!K.sending.length) return;
  const node = box("k-ask");
  native.set.call(node, K.sending[0]);
  node.dispatchEvent(new Event("input", { bubbles: true }));
  setTimeout(() => { K.sending.shift(); flush(); }, GAP_MS);
}

function busy() {
  const going = [...K.waiting.values()].some((one) => !one.quiet);
  document.body.classList.toggle("k-busy", going);
}

setInterval(() => {
  const now = Date.now();
  for (const [serial, one] of K.waiting) {
    if (now - one.at < (one.args && one.args.polled ? 8000 : PATIENCE_MS)) continue;
    K.waiting.delete(serial);
    if (one.args && one.args.polled) ask(one.what, one.args, null, true); else notice({ text: say("gone"), grave: true });
    busy();
  }
}, 2000);

function heard(raw) {
  if (!raw) return;
  K.heard = true;
  const told = JSON.parse(raw);
  const of = K.waiting.get(told.serial) || {};
  K.waiting.delete(told.serial);
  busy();
  close(told.closed);
  for (const [id, html] of Object.entries(told.parts)) {
    if ((K.painted[id] || 0) > told.serial) continue;
    K.painted[id] = told.serial;
    paint(id, html);
  }
  if (told.notice) notice(told.notice);
  if (told.say) $("k-live").textContent = told.say;
  if (told.url && !of.quiet) remember(told.url);
  if (told.focus) focusOn(told.focus);
  for (const poll of told.polls) { const { do: what, ...args } = poll; setTimeout(() => ask(what, args, null, true), POLL_MS); }
  for (const name of told.again) again(name);
}

// What somebody may not do is not shown to them; the gate refuses it in any case.
function close(actions) {
  if (K.closed.join() === actions.join()) return;
  K.closed = actions;
  const style = $("k-closed") || document.head.appendChild(Object.assign(document.createElement("style"), { id: "k-closed" }));
  const hidden = actions.flatMap((name) => [`[data-do="${name}"]`, `[data-tab="${name}"]`, `.k-menu:has(.k-pop[data-do="${name}"], .k-pop > [data-do="${name}"])`]);
  if (actions.includes("save")) hidden.push('.k-views [data-view="edit"]');
  if (actions.includes("export")) hidden.push(".k-head > a");
  style.textContent = hidden.length ? `:is(${hidden.map((one) => `#k-frame ${one}`).join()}) { display: none !important; }` : "";
}

function again(name) {
  if (name === "list" && $("k-filter")) ask("list", K.last.list || {}, $("k-filter"), true);
  if (name === "gaps") ask("gaps", K.last.gaps || {}, null, true);
}

// Repaint a place; whoever types in it goes on typing.
function paint(id, html) {
  const node = $(id);
  if (!node) return;
  const active = document.activeElement;
  const had = node.contains(active) && active.id ? { id: active.id, value: active.value, at: active.selectionStart } : null;
  node.innerHTML = html;
  if (id === "k-document") opened(node);
  if (id === "k-list" || id === "k-document") markCurrent();
  const back = had && $(had.id);
  if (!back) return;
  if (back.matches("input[type=search], input[type=text], textarea")) back.value = had.value;
  back.focus({ preventScroll: true });
  if (typeof had.at === "number" && back.setSelectionRange && back.type !== "checkbox") back.setSelectionRange(had.at, had.at);
}

function opened(node) {
  const open = node.querySelector(".k-open, .k-start .k-to-list");
  K.document = (node.querySelector("[data-document]") || { dataset: {} }).dataset.document || "";
  K.dirty = Boolean(node.querySelector("#k-faults"));
  $("k-panel-documents").classList.toggle("k-reading", Boolean(open));
  if (open) showTab("documents");
  if (K.closed.includes("save") && $("k-edit")) ask("document", { id: K.document, view: "read" }, null, true);
}

function markCurrent() {
  for (const node of document.querySelectorAll("#k-list .k-doc")) {
    if (node.dataset.id === K.document) node.setAttribute("aria-current", "true"); else node.removeAttribute("aria-current");
  }
}

function focusOn(id) {
  const node = $(id);
  if (!node) return;
  const closed = node.closest("details:not([open])");
  if (closed) closed.open = true;
  node.focus({ preventScroll: true });
  const place = node.getBoundingClientRect();
  if (place.top < 0 || place.top > innerHeight - 80) node.scrollIntoView({ block: "start" });
}

function notice({ text, grave, undo }) {
  const node = $("k-notice");
  const line = document.createElement("div");
  line.className = grave ? "k-note k-grave" : "k-note";
  if (grave) line.setAttribute("role", "alert");
  const words = document.createElement("span");
  words.textContent = text;
  line.append(words);
  if (undo && undo.do) line.append(small(say("undo"), () => { const { do: what, ...args } = undo; node.replaceChildren(); ask(what, args); }));
  line.append(small(say("close"), () => node.replaceChildren()));
  node.replaceChildren(line);
}

function small(text, onclick) {
  const node = document.createElement("button");
  node.type = "button";
  node.className = "k-plain";
  node.textContent = text;
  node.addEventListener("click", onclick);
  return node;
}

function remember(url) {
  const query = `?${new URLSearchParams(url)}`;
  if (query !== location.search) history.pushState(null, "", query);
}

function showTab(name) {
  for (const [tab, id] of Object.entries(PANELS)) {
    const here = tab === name;
    $(id).hidden = !here;
    const button = $(`k-tab-${tab}`);
    button.setAttribute("aria-selected", String(here));
    button.tabIndex = here ? 0 : -1;
  }
}

function openTab(name, args, quiet) {
  if (name !== "documents" || (args && Object.keys(args).length)) { if (!mayLeave()) return; }
  showTab(name);
  const empty = document.querySelector("#k-document [data-do=starter]"); // by now it may be not
  if (name === "documents" && !(args && Object.keys(args).length) && $("k-filter") && !empty) {
    remember(K.document ? { tab: name, document: K.document } : { tab: name });
    again("list");
    return;
  }
  ask(name, args, null, quiet);
}

function mayLeave() {
  if (!K.dirty || !$("k-edit")) return true;
  if (!confirm(say("leave"))) return false;
  K.dirty = false;
  return true;
}

function argsOf(node) {
  const { do: _do, with: _with, sure: _sure, live: _live, tab: _tab, gap: _gap, ...args } = node.dataset;
  return args;
}

function fromAddress(quiet) {
  const { tab, ...args } = Object.fromEntries(new URLSearchParams(location.search));
  const name = tab in PANELS ? tab : "documents";
  showTab(name);
  if (name !== "documents") { ask(name, args, null, quiet); return; }
  ask("documents", args, null, quiet);
  if (args.document) ask("document", { id: args.document, view: args.view || "read" }, null, quiet);
}

document.addEventListener("click", (event) => {
  const at = event.target instanceof Element ? event.target : null;
  if (!at) return;
  const language = at.closest("[data-tp-language]");
  if (language) language.href = language.href.split("?")[0] + location.search;
  for (const menu of document.querySelectorAll("details.k-menu[open]")) if (!menu.contains(at)) menu.open = false;
  const row = at.closest("[data-row]");
  if (row) { changeRow(row); return; }
  const put = at.closest("[data-put]");
  if (put) { $(put.dataset.put).value = put.dataset.text; $(put.dataset.put).focus(); return; }
  const fault = at.closest(".k-faults a");
  if (fault) { event.preventDefault(); focusOn(fault.getAttribute("href").slice(1)); return; }
  if (at.closest("[data-close=document]")) { closeDocument(); return; }
  const tab = at.closest("[data-tab]");
  if (tab) { openTab(tab.dataset.tab, tab.role === "tab" ? {} : argsOf(tab)); return; }
  const node = at.closest("[data-do]");
  if (!node || node.tagName === "FORM" || node.disabled) return;
  if (node.dataset.sure && !confirm(node.dataset.sure)) return;
  if (REPLACES.includes(node.dataset.do) && !mayLeave()) return;
  const menu = node.closest("details.k-menu");
  if (menu) menu.open = false;
  if (node.dataset.do === "starter") showTab("upload");
  ask(node.dataset.do, argsOf(node), $(node.dataset.with || ""));
});

function closeDocument() {
  if (!mayLeave()) return;
  $("k-panel-documents").classList.remove("k-reading");
  const node = [...document.querySelectorAll("#k-list .k-doc")].find((one) => one.dataset.id === K.document);
  K.document = "";
  markCurrent();
  remember({ tab: "documents" });
  if (node) node.focus(); else if ($("k-q")) $("k-q").focus();
}

function changeRow(button) {
  K.dirty = true;
  const rows = button.closest(".k-rows");
  if (button.dataset.row === "drop") { button.closest(".k-row").remove(); rows.querySelector("[data-row=add]").focus(); return; }
  const blank = rows.querySelector("template");
  K.rows = (K.rows || 100) + 1;
  blank.insertAdjacentHTML("beforebegin", blank.innerHTML.replaceAll("__n__", String(K.rows)));
  const first = blank.previousElementSibling.querySelector("input, select, textarea");
  if (first) first.focus();
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!form.closest("#k-frame")) return;
  event.preventDefault();
  if (form.dataset.live) { ask(form.dataset.live, {}, form); return; }
  if (!form.dataset.do) return;
  if (form.dataset.do === "validity" && !mayLeave()) return;
  const menu = form.closest("details.k-menu");
  if (menu) menu.open = false;
  ask(form.dataset.do, argsOf(form), form);
});

document.addEventListener("input", (event) => {
  if (!(event.target instanceof Element)) return;
  if (event.target.closest("#k-edit")) K.dirty = true;
  const form = event.target.closest("form[data-live]");
  if (!form) return;
  clearTimeout(K.timers[form.id]);
  const pause = event.target.matches("[type=search]") ? PAUSE_MS : 0;
  K.timers[form.id] = setTimeout(() => ask(form.dataset.live, {}, form), pause);
});

document.addEventListener("toggle", (event) => {
  const node = event.target;
  if (!(node instanceof Element) || !node.open) return;
  if (node.dataset.gap && node.querySelector(".k-wait")) ask("gap", { id: node.dataset.gap });
}, true);

document.addEventListener("keydown", (event) => {
  const at = event.target;
  if (event.key === "Escape") for (const menu of document.querySelectorAll("details.k-menu[open]")) { menu.open = false; menu.querySelector("summary").focus(); }
  if (at.id === "k-files") return;
  if ((event.ctrlKey || event.metaKey) && event.key === "Enter" && at.form && at.form.dataset.do) { event.preventDefault(); at.form.requestSubmit(); return; }
  if (at.role !== "tab" || !["ArrowRight", "ArrowLeft", "Home", "End"].includes(event.key)) return;
  event.preventDefault();
  const tabs = [...document.querySelectorAll(".k-tabs [role=tab]")];
  const n = tabs.indexOf(at), step = { ArrowRight: n + 1, ArrowLeft: n - 1, Home: 0, End: tabs.length - 1 }[event.key];
  const next = tabs[(step + tabs.length) % tabs.length];
  next.focus();
  openTab(next.dataset.tab, {});
});

addEventListener("popstate", () => fromAddress(true));
addEventListener("beforeunload", (event) => { if (K.dirty && $("k-edit")) event.preventDefault(); });

// Gradio draws the page some time after it is there.
(function begin() {
  const inbox = box("k-tell");
  if (!inbox || !box("k-ask") || !$("k-words")) { setTimeout(begin, 30); return; }
  Object.defineProperty(inbox, "value", {
    get() { return native.get.call(this); },
    set(value) { native.set.call(this, value); heard(value); },
  });
  (function start(pause) { if (K.heard) return; fromAddress(true); setTimeout(start, pause, pause * 2); })(1500);
})();
