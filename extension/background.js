// The service worker: reads a page when the user asks for it, writes a reply into a field when the
// user asks for it. What it carries lies in the session's memory and is taken out by the panel.

import { putReply, readPage } from "./page.js";
import { say } from "./settings.js";

const session = chrome.storage.session;
const SHOWN_MS = 4000;

function open(tab) { return chrome.sidePanel.open({ windowId: tab.windowId }); }

async function tell(said) {
  await session.set({ said: { key: said, at: Date.now() } });
  await chrome.action.setBadgeText({ text: "!" });
  setTimeout(() => chrome.action.setBadgeText({ text: "" }), SHOWN_MS);
}

async function inFrames(tab, func, args) {
  const results = await chrome.scripting.executeScript({ target: { tabId: tab.id, allFrames: true }, func, args });
  return results.map((one) => one.result).filter(Boolean);
}

function size(found) {
  return found.text ? Infinity : found.messages.reduce((sum, one) => sum + one.text.length, 0);
}

// `otherwise` is the selection as the menu tells it: without line ends, but on every page.
async function take(tab, how, otherwise = "") {
  let found = [];
  try { found = await inFrames(tab, readPage, [how]); } catch (error) {
    if (!otherwise) { console.warn(error); await tell("cannot_read"); return; }
  }
  const best = found.sort((a, b) => size(b) - size(a))[0] || (otherwise ? { text: otherwise } : null);
  if (!best) { await tell(how === "selection" ? "nothing_selected" : "no_thread"); return; }
  await session.set({ taken: { id: crypto.randomUUID(), ...best } });
}

async function put(tab) {
  const { reply } = await session.get("reply");
  if (!reply) { await tell("no_reply"); return; }
  let done = [];
  try { done = await inFrames(tab, putReply, [reply]); } catch (error) { console.warn(error); await tell("cannot_write"); return; }
  if (!done.length) await tell("no_field");
}

async function hereTab() {
  const [tab] = await chrome.tabs.query({ active: true, lastFocusedWindow: true });
  return tab;
}

chrome.runtime.onInstalled.addListener(() => {
  chrome.contextMenus.create({ id: "selection", title: say("answer_selection"), contexts: ["selection"] });
  chrome.contextMenus.create({ id: "thread", title: say("answer_thread"), contexts: ["page", "editable"] });
});

// The side panel opens only within the press itself, so it goes first, before anything is awaited.
chrome.contextMenus.onClicked.addListener((info, tab) => {
  open(tab).catch(console.warn);
  take(tab, info.menuItemId, info.selectionText);
});

chrome.commands.onCommand.addListener((command, tab) => {
  if (command === "put") { put(tab); return; }
  open(tab).catch(console.warn);
  take(tab, "any");
});

chrome.action.onClicked.addListener((tab) => open(tab));

chrome.runtime.onMessage.addListener((said, sender) => {
  if (sender.id !== chrome.runtime.id || sender.tab?.id !== undefined && !sender.url.startsWith(chrome.runtime.getURL(""))) return;
  const own = { take: (tab) => take(tab, "any"), put }[said.do];
  if (own) (said.tab ? chrome.tabs.get(said.tab) : hereTab()).then(own);
});
