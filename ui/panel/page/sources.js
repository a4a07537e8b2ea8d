// What the replies rest on, and similar cases.

function openSource(index, sentence) {
  S.source = { index, sentence: sentence || "", asked: true, from: document.activeElement };
  paintSources();
  const panel = document.getElementById("tp-source");
  if (panel) panel.focus({ preventScroll: false });
}

function closeSource() {
  if (!S.source || !S.source.asked) return false;
  const back = S.source.from;
  S.source = { ...S.source, asked: false, sentence: "" };
  paintSources();
  if (back && back.isConnected) back.focus();
  return true;
}

function strength(passage) {
  return passage.strength_name && el("span", { class: `strength ${passage.strength}` }, passage.strength_name);
}

function passageNode(passage) {
  const { asked, sentence } = S.source;
  return el("section", { id: "tp-source", class: `source ${asked ? "asked" : ""}`, tabindex: "0", "aria-label": say("sources.opened") },
    el("div", { class: "head" }, el("h3", { dir: "auto" }, passage.title), button("×", closeSource, { class: "icon", title: say("page.close"), "aria-label": say("page.close") })),
    el("p", { class: "meta" }, strength(passage), el("span", {}, passage.kind), el("code", {}, passage.id)),
    sentence && el("blockquote", { dir: "auto" }, sentence),
    passage.text && el("div", { class: "passage", dir: "auto", tabindex: "0" }, passage.text),
    passage.parts.map((part) => el("div", { class: `part ${part.never ? "never" : ""}` }, el("b", {}, part.title), el("ul", {}, part.lines.map((line) => el("li", { dir: "auto" }, line))))));
}

function paintSources() {
  if (!S.answer) { paint("tp-sources", el("h2", {}, say("sources.title")), el("p", { class: "empty" }, say("sources.empty"))); return; }
  const passages = S.answer.sources.passages;
  const opened = S.source && passages[S.source.index];
  const row = (passage, index) => el("li", {}, button(el("span", { class: "no" }, index + 1), () => openSource(index, ""), {
    id: `tp-src-${index}`, class: `srcrow ${opened === passage ? "now" : ""} ${passage.cited ? "cited" : ""}`,
  }, el("span", { class: "title", dir: "auto" }, passage.title), strength(passage)));
  paint("tp-sources",
    el("h2", {}, say("sources.title")),
    passages.length ? el("ol", { class: "srclist" }, passages.map(row)) : el("p", { class: "empty" }, say("sources.none")),
    opened && passageNode(opened));
}

function paintCases() {
  const cases = S.answer ? S.answer.cases : [];
  const node = (view) => el("li", { class: `case ${view.bad ? "bad" : ""}` },
    el("details", {},
      el("summary", {}, view.outcome && el("span", { class: "outcome" }, view.outcome), el("span", { dir: "auto" }, view.title)),
      view.lesson && el("p", { class: "lesson", dir: "auto" }, view.lesson),
      view.turns.map(([who, text]) => el("p", { class: "turn", dir: "auto" }, who && el("b", {}, who), text))));
  paint("tp-cases", S.answer && el("h2", {}, say("cases.title")),
    S.answer && cases.length === 0 && el("p", { class: "empty" }, say("cases.empty")),
    cases.length > 0 && el("ul", { class: "cases" }, cases.map(node)));
}
