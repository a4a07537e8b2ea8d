// The strip on top: name, where texts go, language, theme, keys.

const THEMES = ["auto", "light", "dark"];
const THEME_SIGN = { auto: "◐", light: "☀", dark: "☾" };

function applyTheme() {
  const dark = S.theme === "dark" || (S.theme === "auto" && matchMedia("(prefers-color-scheme: dark)").matches);
  document.documentElement.dataset.theme = dark ? "dark" : "light";
  document.body.classList.toggle("dark", dark);
}

function nextTheme() {
  S.theme = THEMES[(THEMES.indexOf(S.theme) + 1) % THEMES.length];
  remember("theme", S.theme);
  applyTheme();
  paintTop();
}

function languageSwitch() {
  const choice = (code) => button(code.toUpperCase(), () => switchLanguage(code), {
    id: `tp-lang-${code}`, lang: code, class: "seg", role: "radio",
    "aria-checked": S.language === code ? "true" : "false",
  });
  return el("div", { class: "segs", role: "radiogroup", "aria-label": say("page.language") }, choice("ru"), choice("en"));
}

// With no page beside the panel there is nothing to go to.
function pageLinks() {
  const keys = Object.keys(S.words.nav).filter((key) => !["label", "skip", "panel"].includes(key));
  if (!keys.length) return null;
  return el("nav", { class: "ways", "aria-label": say("nav.label") },
    el("a", { href: "/", "aria-current": "page" }, say("nav.panel")),
    keys.map((key) => el("a", { href: `/${key}/${S.language}` }, say(`nav.${key}`))));
}

function privacyChip() {
  if (!S.privacy) return null;
  return el("span", { class: `privacy ${S.privacy.local ? "local" : "away"}`, title: S.privacy.why, id: "tp-privacy" },
    el("i", { class: "dot", "aria-hidden": "true" }), S.privacy.text);
}

function paintTop() {
  if (!S.words) return;
  paint("tp-top",
    el("a", { class: "skip", href: "#tp-mid", onclick: (e) => { e.preventDefault(); focusDrafts(); } }, say("page.skip")),
    el("header", { class: "top" },
      el("h1", { class: "brand" }, say("page.title"), el("small", {}, say("page.tagline"))),
      pageLinks(),
      privacyChip(),
      el("nav", { class: "tools" },
        languageSwitch(),
        button(THEME_SIGN[S.theme], nextTheme, { id: "tp-theme", class: "icon", title: say(`page.theme_${S.theme}`), "aria-label": say(`page.theme_${S.theme}`) }),
        el("a", { href: "/account", class: "icon", title: say("page.account"), "aria-label": say("page.account") }, "@"),
        button("?", openHelp, { id: "tp-help-open", class: "icon", title: say("page.help"), "aria-label": say("page.help") }))));
}

function focusDrafts() {
  const first = document.querySelector("#tp-mid button, #tp-mid input");
  if (first) first.focus();
}

function openHelp() {
  let dialog = document.getElementById("tp-help");
  if (!dialog) {
    dialog = el("dialog", { id: "tp-help", "aria-labelledby": "tp-help-title" });
    dialog.addEventListener("click", (event) => { if (event.target === dialog) dialog.close(); });
    document.body.append(dialog);
  }
  if (dialog.open) { dialog.close(); return; }
  const rows = say("help.rows").map(([keys, what]) => el("tr", {}, el("td", {}, el("kbd", {}, keys)), el("td", {}, what)));
  dialog.replaceChildren(
    el("h2", { id: "tp-help-title" }, say("help.title")),
    el("table", {}, el("tbody", {}, rows)),
    button(say("page.close"), () => dialog.close(), { class: "plain", autofocus: true }));
  dialog.showModal();
}
