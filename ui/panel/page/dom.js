// Small tools to paint with. Text goes in as text: nothing here ever parses HTML.

const S = {
  language: "", theme: "auto", words: null, serial: 0, shown: 0, framework: "",
  conversation: null, demo: false, guessed: false, past: [], allMessages: false,
  answer: null, privacy: null, model: null, note: null, problem: "", busy: false,
  fills: {}, cards: [], own: null, source: null, live: "", told: "", toldBefore: "", page: Math.random().toString(36).slice(2),
};

const SLOT = /\[([^\[\]\n]{1,60})\?\]/g;

function el(tag, props, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(props || {})) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (name === "class") node.className = value;
    else if (name === "value") node.value = value;
    else node.setAttribute(name, value === true ? "" : String(value));
  }
  node.append(...children.flat(4).filter((child) => child || child === 0));
  return node;
}

function svg(tag, props, ...children) {
  const node = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(props)) node.setAttribute(name, String(value));
  node.append(...children);
  return node;
}

function say(path, values) {
  let text = path.split(".").reduce((part, key) => (part ? part[key] : undefined), S.words);
  if (typeof text !== "string") return text === undefined ? "" : text;
  for (const [key, value] of Object.entries(values || {})) text = text.split(`{${key}}`).join(value);
  return text;
}

function button(label, onclick, props, ...children) {
  return el("button", { type: "button", onclick, ...props }, label, ...children);
}

// Repaint a place and give the focus back to the element of the same id.
function paint(place, ...children) {
  const node = document.getElementById(place);
  if (!node) return;
  const active = document.activeElement;
  const had = node.contains(active) ? active.id : "";
  const at = had && "selectionStart" in active ? active.selectionStart : null;
  node.replaceChildren(...children.flat(4).filter(Boolean));
  if (!had) return;
  const again = document.getElementById(had);
  if (!again) return;
  again.focus({ preventScroll: true });
  if (at !== null && again.setSelectionRange) again.setSelectionRange(at, at);
}

function announce(text) {
  const node = document.getElementById("tp-live");
  if (node) node.textContent = text;
}

function remembered(name) {
  try { return localStorage.getItem(`teplo.${name}`) || ""; } catch { return ""; }
}

function remember(name, value) {
  try { localStorage.setItem(`teplo.${name}`, value); } catch { /* a frame without storage */ }
  if (name === "language") document.cookie = `teplo_language=${value}; Path=/; SameSite=Lax; Max-Age=31536000`;
}
