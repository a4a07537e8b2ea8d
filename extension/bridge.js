// Runs in Teplo's own window: between the extension and the panel, on the panel's own origin.

(() => {
  if (globalThis.teploBridge) return;
  globalThis.teploBridge = true;
  chrome.runtime.onMessage.addListener((said) => { if (said && said.teplo) postMessage(said, location.origin); });
  addEventListener("message", (event) => {
    if (event.source !== window || event.origin !== location.origin) return;
    if (event.data && ["here", "taken", "busy", "copied"].includes(event.data.teplo)) chrome.runtime.sendMessage(event.data);
  });
})();
