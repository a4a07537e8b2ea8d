// Keys by their place on the keyboard, so that they work on any layout.

function typing(target) {
  return target instanceof Element && target.closest("input, textarea, select, [contenteditable]") !== null;
}

function messageBox() { return document.querySelector("#tp-message textarea, #tp-message input"); }

function press(id) {
  const node = document.getElementById(id);
  if (node) node.click();
}

const OF_ALT = {
  Digit4: () => copyDraft("own"), KeyM: () => copyDraft("model"), KeyT: openOwn, KeyE: cycle, KeyN: openNote, KeyJ: nextWaiting, KeyX: openDismiss,
};

document.addEventListener("keydown", (event) => {
  const plain = !event.ctrlKey && !event.metaKey && !event.altKey;
  if (event.altKey && !event.ctrlKey && /^Digit[1-3]$/.test(event.code)) {
    event.preventDefault();
    copyDraft(Number(event.code.slice(5)) - 1);
  } else if (event.altKey && !event.ctrlKey && OF_ALT[event.code]) {
    event.preventDefault();
    OF_ALT[event.code]();
  } else if (event.altKey && !event.ctrlKey && event.code === "KeyR") {
    event.preventDefault();
    askAgain();
  } else if ((event.ctrlKey || event.metaKey) && event.key === "Enter") {
    event.preventDefault();
    press("tp-answer");
  } else if (event.key === "Escape") {
    if (closeDiff() || closeSource()) event.preventDefault();
  } else if (plain && !typing(event.target) && (event.key === "?" || (event.shiftKey && event.code === "Slash"))) {
    event.preventDefault();
    openHelp();
  } else if (plain && !typing(event.target) && event.code === "Slash") {
    event.preventDefault();
    messageBox().focus();
  }
});

// Gradio's own buttons send what is held at that moment: number the request first.
document.addEventListener("click", (event) => {
  const pressed = event.target instanceof Element && event.target.closest("#tp-answer, #tp-clear");
  if (!pressed || !S.words) return;
  if (pressed.id === "tp-clear") S.framework = "";
  S.pressed = pressed.id === "tp-answer";
  S.serial += 1;
  hold();
  wait();
}, true);

// A pasted chat is answered at once.
document.addEventListener("paste", (event) => {
  if (event.target !== messageBox()) return;
  const text = event.clipboardData ? event.clipboardData.getData("text/plain") : "";
  if (text.trim() && !event.target.value.trim()) setTimeout(() => press("tp-answer"), 60);
}, true);

S.theme = remembered("theme") || "auto";
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", applyTheme);
applyTheme();
begin();
