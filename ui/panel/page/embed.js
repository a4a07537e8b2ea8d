// Who frames the panel, or stands beside it, may hand a conversation over and hear of a copied reply.
// Heard are the origins of the setting and this page's own; what comes is text and is treated as text.

const GIVEN_MESSAGES = 400; // as many as a conversation keeps
const GIVEN_CHARS = 200000; // as many as the box takes
const GIVEN_ROLES = ["customer", "operator", "bot"];
let partner = null;
let lastGiven = "";

function maySpeak(event) {
  if (event.source === window) return event.origin === location.origin;
  const meta = document.querySelector("meta[name=teplo-embed]");
  return event.source === parent && meta !== null && meta.content.split(" ").includes(event.origin);
}

function reply(said) { if (partner) partner.to.postMessage(said, partner.origin); }

// What is put into the box: a whole conversation as the box reads it, or the text itself.
function givenText(said) {
  if (typeof said.text === "string") return said.text;
  if (!Array.isArray(said.messages)) return "";
  const all = said.messages.slice(-GIVEN_MESSAGES).filter((one) => one && typeof one.text === "string" && one.text.trim());
  if (all.length && all.every((one) => GIVEN_ROLES.includes(one.role))) return JSON.stringify({ messages: all.map(({ role, text }) => ({ role, text })) });
  return all.map((one) => `${typeof one.author === "string" && one.author ? `${one.author}: ` : ""}${one.text}`).join("\n\n");
}

function fillBox(node, text) {
  const native = Object.getOwnPropertyDescriptor(Object.getPrototypeOf(node), "value");
  native.set.call(node, text);
  node.dispatchEvent(new Event("input", { bubbles: true }));
}

function continues(said) {
  return Boolean(S.conversation) && Array.isArray(said.messages) && goesOn(S.conversation.messages, said.messages);
}

// Somebody else's conversation: neither the messages nor the card of the one before may stay.
function startAfresh() {
  if (S.conversation && S.conversation.messages.length && !S.demo) S.past = [...S.past, S.conversation].slice(-20);
  S.conversation = { id: "new", messages: [] };
  S.framework = "";
  const notes = document.querySelector("#tp-notes textarea");
  if (notes) fillBox(notes, "");
}

function takeGiven(said) {
  if (said.id === lastGiven) { reply({ teplo: "taken", id: said.id }); return; }
  const field = messageBox();
  if (!S.words || S.busy || !field) return; // not yet: it is offered again
  const text = givenText(said).trim();
  if (field.value.trim() || !text || text.length > GIVEN_CHARS) { reply({ teplo: "busy", id: said.id }); return; }
  lastGiven = said.id;
  if (!continues(said)) startAfresh();
  fillBox(field, text);
  setTimeout(() => press("tp-answer"), 60); // Gradio takes the box over a moment later, as after a paste
  reply({ teplo: "taken", id: said.id });
}

addEventListener("message", (event) => {
  const said = event.data;
  if (!said || typeof said !== "object" || !["hello", "conversation"].includes(said.teplo) || !maySpeak(event)) return;
  partner = { to: event.source, origin: event.origin };
  if (said.teplo === "hello") reply({ teplo: "here" });
  else if (typeof said.id === "string") takeGiven(said);
});

function tellPartner(text) { reply({ teplo: "copied", text }); }

// Gradio names a manifest of its own, without the sign-in; ours counts.
function ownManifest() { document.querySelectorAll('link[rel=manifest][href="/manifest.json"]').forEach((link) => link.remove()); }
ownManifest();
addEventListener("DOMContentLoaded", ownManifest);
