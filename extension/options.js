// The options: one address and one choice. Chrome asks the user before the address is allowed.

import { isBare, originOf, paintWords, pattern, say, settings } from "./settings.js";

const at = (id) => document.getElementById(id);

async function save() {
  const address = originOf(at("address").value);
  if (!address) { at("said").textContent = say("bad_address"); return; }
  const allowed = await chrome.permissions.request({ origins: [pattern(address)] });
  const before = originOf((await settings()).address);
  if (allowed && before && before !== address) await chrome.permissions.remove({ origins: [pattern(before)] });
  const where = document.querySelector("input[name=where]:checked").value;
  await chrome.storage.local.set({ address, where });
  at("address").value = address;
  at("said").textContent = say(!allowed ? "not_allowed" : isBare(address) ? "saved_bare" : "saved");
}

paintWords();
at("own").textContent = `TEPLO_EMBED_ORIGINS=${location.origin}`;
settings().then(({ address, where }) => {
  at("address").value = address;
  document.querySelector(`input[value=${where === "window" ? "window" : "side"}]`).checked = true;
});
at("save").addEventListener("click", save);
