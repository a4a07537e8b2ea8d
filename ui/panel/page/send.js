// Into the helpdesk: a reply that the operator confirms, a private note. Each press has its own key.

function freshKey() { return `${S.page}-${Date.now().toString(36)}-${Math.random().toString(36).slice(2, 10)}`; }

function sendDialog() {
  const there = document.getElementById("tp-send");
  if (there) return there;
  const dialog = el("dialog", { id: "tp-send", "aria-labelledby": "tp-send-title" }, el("div", { id: "tp-send-inside" }));
  dialog.addEventListener("click", (event) => { if (event.target === dialog) dialog.close(); });
  document.getElementById("tp-desk").append(dialog);
  return dialog;
}

async function openSend(n) {
  const why = textOf(n).trim() ? whyBlocked(n) : say("mytext.empty");
  if (why) { Object.assign(cardAt(n), { status: why, tone: "stop" }); refreshFoot(n); return; }
  S.sending = { n, text: textOf(n), kept: S.kept.id, seen: S.kept.seen, key: freshKey(), me: null, said: "", busy: false };
  paintSend();
  if (!sendDialog().open) sendDialog().showModal();
  try { S.sending.me = await rest("GET", "chatwoot/me"); } catch (error) { S.sending.said = String(error.message); }
  paintSend();
  const first = document.getElementById(S.sending.me && !S.sending.me.connected ? "tp-send-token" : "tp-send-go");
  if (first) first.focus();
}

function paintSend() {
  const { text, me, said, busy } = S.sending;
  const token = me && !me.connected && el("label", { class: "token" }, el("span", {}, say("send.token")), el("input", { type: "password", id: "tp-send-token", autocomplete: "off", maxlength: 200, placeholder: say("send.token_where") }));
  paint("tp-send-inside",
    el("div", { class: "head" }, el("h2", { id: "tp-send-title" }, say("send.title")), button("×", () => sendDialog().close(), { class: "icon", title: say("page.close"), "aria-label": say("page.close") })),
    el("p", { class: "why" }, me && me.connected ? say("send.as", { name: me.name || me.email }) : say("send.own_name")),
    el("blockquote", { class: "going", dir: "auto" }, text),
    token,
    said && el("p", { class: "problem", role: "alert", dir: "auto" }, said),
    el("div", { class: "acts" },
      button(busy ? say("send.working") : say("send.go"), sendNow, { id: "tp-send-go", class: "accept", disabled: busy || !me }),
      button(say("send.not_yet"), () => sendDialog().close(), { id: "tp-send-no", class: "plain" })));
}

async function sendNow() {
  const one = S.sending;
  const token = (document.getElementById("tp-send-token") || { value: "" }).value.trim();
  if (!one.me.connected && !token) { document.getElementById("tp-send-token").focus(); return; }
  Object.assign(one, { busy: true, said: "" });
  try {
    if (!one.me.connected) one.me = await rest("PUT", "chatwoot/me", { token });
    paintSend();
    await rest("POST", `chatwoot/${one.kept}/send`, { text: one.text, key: one.key, seen: one.seen, confirmed: true });
  } catch (error) {
    Object.assign(one, { busy: false, said: String(error.message) });
    paintSend();
    return;
  }
  sendDialog().close();
  if (S.kept && S.kept.id === one.kept) {
    if (one.n === "own") S.own = null; else putCard(one.n, freshCard());
    openKept(one.kept);
  }
  announce(say("send.done"));
}

async function noteToDesk() {
  S.note.key = S.note.key || freshKey();
  try {
    await rest("POST", `chatwoot/${S.kept.id}/note`, { text: S.note.view.lines.join("\n"), key: S.note.key });
    S.note.status = say("send.noted");
  } catch (error) { S.note.status = String(error.message); }
  paintNote();
}

function inDesk() { return Boolean(S.kept && S.kept.chatwoot && S.conversation && S.conversation.id === S.kept.id); }
