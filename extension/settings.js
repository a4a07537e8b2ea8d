// Where the user's Teplo is, and whether it is shown in the side panel or in a window of its own.

export const DEFAULTS = { address: "http://127.0.0.1:7871", where: "side" };

export async function settings() {
  return { ...DEFAULTS, ...(await chrome.storage.local.get(Object.keys(DEFAULTS))) };
}

// The origin of an address that was typed, or "" where it is none that a service could have.
export function originOf(typed) {
  let url;
  try { url = new URL(typed.includes("://") ? typed.trim() : `https://${typed.trim()}`); } catch { return ""; }
  return /^https?:$/.test(url.protocol) && url.hostname && !url.username ? url.origin : "";
}

// Texts go over the wire unprotected: fine within this machine, to be said aloud otherwise.
export function isBare(origin) {
  const { protocol, hostname } = new URL(origin);
  return protocol === "http:" && !/^(?:localhost|127(?:\.\d+){3}|\[::1\])$/.test(hostname);
}

export function pattern(origin) { return `${origin}/*`; }

export function say(key, ...values) { return chrome.i18n.getMessage(key, values) || key; }

export function paintWords() {
  document.documentElement.lang = chrome.i18n.getUILanguage();
  for (const node of document.querySelectorAll("[data-say]")) node.textContent = say(node.dataset.say);
  for (const node of document.querySelectorAll("[data-title]")) { node.title = say(node.dataset.title); node.setAttribute("aria-label", node.title); }
}
