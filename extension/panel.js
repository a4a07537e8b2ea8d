// The side panel: Teplo in a frame, or in a window of its own; carries texts over and replies back.

import { originOf, paintWords, pattern, say, settings } from "./settings.js";

const EVERY_MS = 400, PATIENCE_MS = 20000;
const at = (id) => document.getElementById(id);
const session = chrome.storage.session;
let origin = "", inWindow = false, tab = 0, here = false, pending = null, since = 0;

function tell(key) { at("said").textContent = key ? say(key) : ""; at("said").hidden = !key; }

function trouble(key) { at("trouble").hidden = !key; if (key) at("why").textContent = say(key, origin); }

// To Teplo and to nobody else: the origin is named with every message.
function post(said) {
  if (inWindow) { if (tab) chrome.tabs.sendMessage(tab, said).catch(() => bridge()); return; }
  at("teplo").contentWindow.postMessage(said, origin);
}

function heard(said) {
  if (!said || typeof said !== "object") return;
  if (said.teplo === "here") { here = true; trouble(""); }
  if (said.teplo === "taken" && pending && said.id === pending.id) { pending = null; session.remove("taken"); tell("handed"); }
  if (said.teplo === "busy" && pending && said.id === pending.id) { pending = null; session.remove("taken"); tell("box_full"); }
  if (said.teplo === "copied" && typeof said.text === "string") { session.set({ reply: said.text }); at("put").disabled = false; tell("reply_ready"); }
}

// Says hello until Teplo answers, then hands over until it is taken.
function tick() {
  if (!here) post({ teplo: "hello" });
  else if (pending) post({ teplo: "conversation", ...pending });
  if ((here && !pending) || Date.now() - since < PATIENCE_MS) return;
  trouble(inWindow ? "no_window" : "no_frame");
}

function wait() { since = Date.now(); trouble(""); }

async function bridge() {
  try { await chrome.scripting.executeScript({ target: { tabId: tab }, files: ["bridge.js"] }); } catch { /* not loaded yet, closed, or not permitted: told when patience ends */ }
}

async function openWindow() {
  const allowed = await chrome.permissions.request({ origins: [pattern(origin)] });
  if (!allowed) { tell("not_allowed"); return; }
  inWindow = true; here = false; wait();
  at("teplo").hidden = true;
  at("teplo").removeAttribute("src");
  const made = await chrome.windows.create({ url: `${origin}/`, type: "popup", width: 440, height: 860 });
  tab = made.tabs[0].id;
}

function openFrame(address) {
  inWindow = false; here = false; wait();
  at("teplo").hidden = false;
  at("teplo").src = address;
}

// A one-time sign-in link goes nowhere but to the service that it belongs to.
function enter() {
  const typed = at("link").value.trim();
  at("link").value = "";
  if (originOf(typed) !== origin) { tell("foreign_link"); return; }
  openFrame(typed);
}

function receive(taken) { pending = taken; wait(); tell("handing"); }

async function start() {
  paintWords();
  const { address, where } = await settings();
  origin = originOf(address);
  if (!origin) { chrome.runtime.openOptionsPage(); return; }
  if (where === "side") openFrame(`${origin}/`); else { inWindow = true; at("teplo").hidden = true; trouble("press_window"); }
  const { taken, reply } = await session.get(["taken", "reply"]);
  if (taken) receive(taken);
  at("put").disabled = !reply;
  setInterval(tick, EVERY_MS);
}

addEventListener("message", (event) => { if (event.source === at("teplo").contentWindow && event.origin === origin) heard(event.data); });
chrome.runtime.onMessage.addListener((said, sender) => { if (sender.id === chrome.runtime.id && inWindow && sender.tab && sender.tab.id === tab && sender.origin === origin) heard(said); });
chrome.storage.session.onChanged.addListener((change) => {
  if (change.taken && change.taken.newValue) receive(change.taken.newValue);
  if (change.said && change.said.newValue) tell(change.said.newValue.key);
});
chrome.storage.local.onChanged.addListener(() => location.reload());
at("teplo").addEventListener("load", () => { here = false; });
at("take").addEventListener("click", () => chrome.runtime.sendMessage({ do: "take" }));
at("put").addEventListener("click", () => chrome.runtime.sendMessage({ do: "put" }));
at("options").addEventListener("click", () => chrome.runtime.openOptionsPage());
at("window").addEventListener("click", openWindow);
at("aside").addEventListener("click", openWindow);
at("again").addEventListener("click", () => { if (inWindow) openWindow(); else openFrame(`${origin}/`); });
at("enter").addEventListener("click", enter);
start();
