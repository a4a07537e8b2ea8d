// The conversation: who said what, with roles that can be corrected.

const SHOWN_MESSAGES = 5;
const NEXT_ROLE = { customer: "operator", operator: "bot", bot: "customer" };

function messageRow(message, index) {
  const role = say(`roles.${message.role}`);
  const flip = button(role, () => changeMessages((all) => all.map((m, n) => (n === index ? { ...m, role: NEXT_ROLE[m.role] } : m))), {
    id: `tp-role-${index}`, class: "role", title: say("conversation.flip", { role }), "aria-label": say("conversation.flip", { role }),
  });
  const drop = button("×", () => changeMessages((all) => all.filter((_, n) => n !== index)), {
    id: `tp-drop-${index}`, class: "drop", title: say("conversation.drop"), "aria-label": say("conversation.drop"),
  });
  return el("li", { class: `message ${message.role}` }, flip, el("p", { dir: "auto" }, message.text), drop);
}

function paintThread() {
  const messages = S.conversation ? S.conversation.messages : [];
  const hidden = S.allMessages ? 0 : Math.max(0, messages.length - SHOWN_MESSAGES);
  const rows = messages.map(messageRow).slice(hidden);
  const earlier = hidden > 0 && button(say("conversation.earlier", { n: hidden }), () => { S.allMessages = true; paintThread(); }, { class: "plain earlier", id: "tp-earlier" });
  paint("tp-thread",
    el("div", { class: "head" },
      el("h2", {}, say("conversation.title")),
      el("span", { class: "spring" }), moreToggle(),
      messages.length > 0 && button(say("note.open"), openNote, { id: "tp-note-open", class: "plain", title: say("note.open_why") }),
      S.past.length > 0 && button(say("conversation.undo"), undo, { id: "tp-undo", class: "plain", title: say("conversation.undo_why") })),
    S.demo && el("p", { class: "note" }, say("conversation.demo_mark")),
    S.guessed && el("p", { class: "note" }, say("conversation.guessed")),
    messages.length === 0 && el("p", { class: "empty" }, say("conversation.empty")),
    el("ol", { class: "messages", id: "tp-messages", tabindex: messages.length > 2 ? "0" : false, "aria-label": say("conversation.title") }, earlier && el("li", { class: "more" }, earlier), rows));
  const list = document.getElementById("tp-messages");
  if (list && !S.allMessages) list.scrollTop = list.scrollHeight;
}

function changeMessages(change) {
  const before = S.conversation;
  S.past.push(before);
  S.conversation = { ...before, messages: change(before.messages) };
  S.guessed = false;
  paintThread();
  askAgain();
}

function undo() {
  const before = S.past.pop();
  if (!before) return;
  S.conversation = before;
  paintThread();
  askAgain();
}

function addReply(text) {
  changeMessages((all) => [...all, { role: "operator", text, at: null }]);
}

// On a narrow screen the card, the channel and the examples are folded away.
function moreToggle() {
  const open = document.body.classList.contains("tp-more");
  const toggle = () => { document.body.classList.toggle("tp-more"); paintThread(); };
  return button(say("conversation.more"), toggle, { id: "tp-more-toggle", class: "plain", "aria-expanded": open ? "true" : "false", "aria-controls": "tp-more" });
}
