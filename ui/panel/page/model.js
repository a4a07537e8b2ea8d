// The model's version, written beside the embedded drafts in a place that is kept for it.

function modelNode() {
  if (S.model.draft) return draftNode(S.model.draft, "model");
  const failed = S.model.notices.length > 0;
  return el("article", { class: "draft other by-model waiting", id: "tp-draft-model", "aria-labelledby": "tp-draft-title-model", "aria-busy": failed ? "false" : "true" },
    el("div", { class: "head" }, el("h3", { id: "tp-draft-title-model" }, el("span", { class: "n" }, "M"), failed ? say("stream.none") : say("stream.title"))),
    el("p", { class: "cost" }, failed ? S.model.cost : say("stream.working")),
    el("div", { class: "body" }, failed ? S.model.notices.map((text) => el("p", { class: "why", dir: "auto" }, text)) : el("p", { class: "own growing", dir: "auto", id: "tp-growing" }, S.model.text)));
}

function paintModel() {
  const old = document.getElementById("tp-draft-model");
  if (!old || !S.model) return;
  old.replaceWith(modelNode());
  markLong();
}

function forModel(telling) { return Boolean(S.model) && telling.serial === S.model.serial; }

function showPartial(telling) {
  if (!forModel(telling) || S.model.draft) return;
  S.model.text = telling.partial.text;
  const place = document.getElementById("tp-growing");
  if (place) place.textContent = S.model.text;
}

function showModel(telling) {
  if (!forModel(telling) || S.model.draft) return;
  const { draft, passages, notices, cost } = telling.model;
  const known = new Set(S.answer.sources.passages.map((passage) => passage.id));
  S.answer.sources.passages.push(...passages.filter((passage) => !known.has(passage.id)));
  Object.assign(S.model, { draft, notices: draft || notices.length ? notices : [say("stream.none")], cost });
  paintModel();
  paintSources();
  if (draft && draft.slots.length && !openSlots("model").length) checkSoon("model");
  announce(draft ? say("stream.ready") : S.model.notices.join(" "));
}

function modelFailed(telling) {
  if (!forModel(telling)) return;
  S.model.notices = [telling.problem];
  paintModel();
}
