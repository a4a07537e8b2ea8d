// How the person is, what was heard, how to answer.

function meter(view, kind) {
  const marks = Array.from({ length: view.top }, (_, n) => el("i", { class: n < view.value ? "on" : "" }));
  return el("div", { class: `meter ${kind} v${view.value}` },
    el("span", { class: "name" }, view.name),
    el("span", { class: "marks", role: "meter", "aria-label": view.name, "aria-valuemin": 0, "aria-valuemax": view.top, "aria-valuenow": view.value, "aria-valuetext": view.word }, marks),
    el("b", {}, view.word));
}

// Hostility of every customer turn, 0 to 4, as a line.
function course(values) {
  if (values.length < 2) return null;
  const shown = values.slice(-12);
  const x = (n) => 4 + (n * 72) / (shown.length - 1);
  const y = (value) => 22 - value * 4.5;
  const label = say("state.course_label", { values: shown.join(" → ") });
  const points = shown.map((value, n) => `${x(n).toFixed(1)},${y(value).toFixed(1)}`).join(" ");
  const last = shown.length - 1;
  return el("figure", { class: "course" },
    el("span", { class: "name" }, say("state.course")),
    svg("svg", { viewBox: "0 0 80 26", width: 80, height: 26, role: "img", "aria-label": label },
      svg("line", { x1: 4, y1: 22, x2: 76, y2: 22, class: "ground" }),
      svg("polyline", { points, class: "line" }),
      svg("circle", { cx: x(last), cy: y(shown[last]), r: 3, class: `end v${shown[last]}` })));
}

function chip(view, kind) {
  return el("li", { class: `chip ${kind}` },
    el("b", {}, view.name, view.value && kind === "fact" ? ":" : ""),
    view.value && el("span", { dir: "auto" }, ` ${view.value}`),
    view.quote && kind === "heard" && el("q", { dir: "auto" }, view.quote));
}

function paintState() {
  const mood = S.answer && S.answer.mood;
  if (!mood) {
    paint("tp-state", el("h2", {}, say("state.title")), el("p", { class: "empty" }, say("state.empty")));
    return;
  }
  paint("tp-state",
    (mood.alarm || mood.escalate) && el("div", { class: "alarm", role: "alert" },
      mood.escalate && el("b", {}, say("state.escalate")), mood.alarm && el("span", {}, mood.alarm)),
    el("h2", { class: "quiet" }, say("state.title")),
    el("div", { class: "meters" }, meter(mood.hostility, "hostility"), mood.emotion && el("span", { class: "emotion" }, mood.emotion),
      course(mood.course), meter(mood.distress, "distress"),
      mood.not_about_you && el("p", { class: "kind" }, say("state.not_about_you"))),
    wayView(S.answer.way));
}

function wayView(way) {
  const options = ["", "LEAD", "CARE", "HEAR", "NONE"];
  const chosen = S.framework;
  const choice = (name) => button(name || say("frame.auto_short"), () => chooseFramework(name), {
    id: `tp-way-${name || "auto"}`, role: "radio", class: "seg", "aria-checked": chosen === name ? "true" : "false",
    title: name ? say(`frameworks.${name}`) : say("frame.auto"), tabindex: chosen === name ? "0" : "-1",
  });
  const radios = el("div", { class: "segs way", role: "radiogroup", "aria-label": say("frame.choose"), onkeydown: moveRadio }, options.map(choice));
  const steps = way.steps.map((step) => el("li", { class: `step ${step.state}`, title: say(`frame.${step.state}`) },
    el("span", { class: "letter" }, step.state === "done" ? "✓" : step.letter), el("span", {}, step.name),
    el("span", { class: "hidden" }, `(${say(`frame.${step.state}`)})`)));
  return el("section", { class: "wayview", "aria-label": say("frame.title") },
    el("div", { class: "head" }, el("h2", {}, el("b", { class: "fw" }, way.framework === "NONE" ? "" : `${way.framework} `), way.framework_name), radios),
    el("p", { class: "why", dir: "auto" }, way.why),
    way.steps.length ? el("ol", { class: "steps" }, steps) : null);
}

function moveRadio(event) {
  const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
  if (!step) return;
  event.preventDefault();
  const all = [...event.currentTarget.querySelectorAll("[role=radio]")];
  const next = all[(all.indexOf(document.activeElement) + step + all.length) % all.length];
  next.focus();
  next.click();
}

function paintKnown() {
  const mood = S.answer && S.answer.mood;
  if (!mood) { paint("tp-facts"); paint("tp-known"); return; }
  paint("tp-facts", el("h2", {}, say("state.known")),
    mood.facts.length ? el("ul", { class: "chips" }, mood.facts.map((f) => chip(f, "fact"))) : el("p", { class: "empty" }, say("state.known_none")));
  paint("tp-known",
    mood.request && el("section", {}, el("h2", {}, say("state.request")), el("p", { class: "request", dir: "auto" }, mood.request)),
    mood.signals.length > 0 && el("section", {}, el("h2", {}, say("state.heard")), el("ul", { class: "chips" }, mood.signals.map((s) => chip(s, "heard")))));
}
