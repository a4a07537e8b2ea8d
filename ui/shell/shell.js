// Theme and language of the pages beside the panel; both are the panel's own choices.

const THEMES = ["auto", "light", "dark"];
const SIGNS = { auto: "◐", light: "☀", dark: "☾" };

function kept(name) {
  try { return localStorage.getItem(`teplo.${name}`) || ""; } catch { return ""; }
}

function keep(name, value) {
  try { localStorage.setItem(`teplo.${name}`, value); } catch { /* a frame without storage */ }
}

function keepLanguage(code) {
  keep("language", code);
  document.cookie = `teplo_language=${code}; Path=/; SameSite=Lax; Max-Age=31536000`;
}

let theme = THEMES.includes(kept("theme")) ? kept("theme") : "auto";

function applyTheme() {
  const dark = theme === "dark" || (theme === "auto" && matchMedia("(prefers-color-scheme: dark)").matches);
  document.documentElement.dataset.theme = dark ? "dark" : "light";
  if (document.body) document.body.classList.toggle("dark", dark);
  const sign = document.getElementById("tp-theme");
  if (!sign) return;
  sign.textContent = SIGNS[theme];
  sign.title = sign.dataset[theme];
  sign.setAttribute("aria-label", sign.dataset[theme]);
}

document.addEventListener("click", (event) => {
  if (!(event.target instanceof Element)) return;
  const chosen = event.target.closest("[data-tp-language]");
  if (chosen) keepLanguage(chosen.dataset.tpLanguage);
  if (event.target.closest("#tp-theme")) {
    theme = THEMES[(THEMES.indexOf(theme) + 1) % THEMES.length];
    keep("theme", theme);
    applyTheme();
  }
}, true);

matchMedia("(prefers-color-scheme: dark)").addEventListener("change", applyTheme);
applyTheme();
const LANGUAGE = document.documentElement.lang;
keepLanguage(LANGUAGE);
// Gradio sets the browser's own language some time later; the page speaks the chosen one.
new MutationObserver(() => {
  if (document.documentElement.lang !== LANGUAGE) document.documentElement.lang = LANGUAGE;
}).observe(document.documentElement, { attributeFilter: ["lang"] });
// Gradio compiles the text of gr.HTML as a template, which our content policy forbids: put it in place as it is.
function still() {
  const places = [...document.querySelectorAll(".html-container")];
  const texts = ((window.gradio_config || {}).components || []).filter((one) => one.type === "html");
  if (!texts.length || places.length < texts.length) return;
  places.forEach((place, n) => { if (place.querySelector(".error-container")) place.innerHTML = texts[n].props.value; });
}

// Gradio draws the strip some time after the page is there.
new MutationObserver((_, watch) => {
  still();
  if (!document.getElementById("tp-theme")) return;
  watch.disconnect();
  applyTheme();
}).observe(document, { childList: true, subtree: true });
