// What runs in the helpdesk's page, and only when the user presses. Each function is injected alone,
// so everything it needs stands inside it. Nothing here writes to the network.

// Reads the selection, else the visible thread. Returns {text} or {messages: [{role, author, time, text}]}
// with roles "customer", "operator", "bot" or "" where the page does not say; null where nothing was found.
export function readPage(how) {
  const MAX_CHARS = 200000, MAX_MESSAGES = 200, LONGEST_NAME = 60;
  const TIME = /^[\[(]?(?:.{0,24}\s)?\d{1,2}:\d\d(?::\d\d)?(?:\s?[AaPp]\.?[Mm]\.?)?[\])]?$/u;
  const MESSAGE = /message|(?:^|[-_\s])msg|bubble|comment|chat-?item|timeline-?item|omni-?log/i;
  const NAME = /author|sender|from(?:-|_|$)|(?:user|display|agent|contact)-?_?name|nick/i;
  const CUSTOMER = /^(?:incoming|received|in|left|customer|client|visitor|requester|end-?user|contact|them|theirs)$/i;
  const OPERATOR = /^(?:outgoing|sent|out|right|agent|operator|staff|admin|own|self|me|mine)$/i;
  const BOT = /^(?:bot|auto-?reply|assistant)$/i;
  const ASIDE = /^(?:private|internal|note|activity|system|event|deleted)$/i;

  const selected = () => {
    const field = document.activeElement;
    if (field && /^(?:TEXTAREA|INPUT)$/.test(field.tagName) && field.type !== "password" && field.selectionEnd > field.selectionStart) {
      return field.value.slice(field.selectionStart, field.selectionEnd);
    }
    return String(getSelection() || "");
  };
  const shown = (node) => {
    const box = node.getBoundingClientRect();
    return box.width > 1 && box.height > 1 && getComputedStyle(node).visibility !== "hidden" && !node.closest("[aria-hidden=true]");
  };
  const naming = (node) => {
    const told = Object.values(node.dataset || {}).join(" ");
    return `${node.getAttribute("class") || ""} ${node.id || ""} ${Object.keys(node.dataset || {}).join(" ")} ${told.slice(0, 200)}`;
  };
  // `message--outgoing`, `msg_in`, `isAgent` come apart into the words that tell a direction.
  const parts = (node) => naming(node).replace(/([a-z])([A-Z])/g, "$1 $2").split(/[^A-Za-z]+/).filter(Boolean);
  const textOf = (node) => (node.innerText || "").trim();
  const path = (node) => {
    const tags = [];
    for (let at = node; at && at !== document.body; at = at.parentElement) tags.push(at.tagName);
    return tags.join("<");
  };

  const groups = () => {
    const found = new Map();
    for (const node of document.body.querySelectorAll("div, li, article, section, tr, p")) {
      if (node.closest("nav, form, [contenteditable=true], [role=navigation], [role=toolbar], [role=dialog][aria-hidden=true]")) continue;
      const key = path(node);
      found.set(key, [...(found.get(key) || []), node]);
    }
    return [...found.values()].map((all) => all.filter((node) => textOf(node) && shown(node))).filter((all) => all.length > 1);
  };
  const share = (all, test) => all.filter(test).length / all.length;
  const timeIn = (node) => [...node.querySelectorAll("time, span, small, div, p, a, abbr, td")].find((one) => one.tagName === "TIME" || (one.children.length === 0 && TIME.test(textOf(one))));
  const hinted = (node) => MESSAGE.test(naming(node)) || node.getAttribute("role") === "article" || node.tagName === "ARTICLE";
  // Longest talk wins; what is a list of links, or stands aside, is a list of conversations.
  const worth = (all) => {
    const chars = all.reduce((sum, node) => sum + Math.min(textOf(node).length, 4000), 0);
    let value = Math.sqrt(chars) * Math.min(all.length, 30) ** 0.25;
    if (share(all, hinted) > 0.5) value *= 4;
    else if (share(all, (node) => node.firstElementChild && hinted(node.firstElementChild)) > 0.5) value *= 2.5;
    if (share(all, (node) => Boolean(timeIn(node))) > 0.5) value *= 2;
    if (all[0].closest("[role=log], [aria-live], main, [role=main]")) value *= 2;
    if (all[0].closest("aside, header, footer, [role=complementary], [role=listbox], table[role=grid]")) value *= 0.1;
    if (share(all, (node) => node.closest("a[href], [role=option]") || node.matches(":scope:has(> a[href]:only-child)")) > 0.5) value *= 0.05;
    if (all.some((node) => all.some((other) => other !== node && other.contains(node)))) value *= 0.1;
    return value;
  };

  const authorIn = (node) => {
    const told = node.getAttribute("data-author") || node.getAttribute("data-sender");
    if (told) return told.trim().slice(0, LONGEST_NAME);
    const marked = [...node.querySelectorAll("*")].find((one) => NAME.test(one.getAttribute("class") || "") && textOf(one) && textOf(one).length <= LONGEST_NAME && !TIME.test(textOf(one)));
    const strong = marked || node.querySelector("header strong, header b, h3, h4, h5, :scope > strong, :scope > b");
    return strong && textOf(strong).length <= LONGEST_NAME ? textOf(strong).replace(/:$/, "") : "";
  };
  const roleOf = (node, author, body) => {
    const near = [node, ...[...node.children].slice(0, 8), ...(author ? [...node.querySelectorAll("*")].filter((one) => textOf(one) === author).slice(0, 3) : [])];
    if (node.parentElement && node.parentElement.children.length === 1) near.push(node.parentElement);
    for (const one of [...near, body].filter(Boolean)) {
      const words = parts(one);
      if (words.some((word) => ASIDE.test(word))) return "aside";
      if (words.some((word) => BOT.test(word))) return "bot";
      const [customer, operator] = [words.some((word) => CUSTOMER.test(word)), words.some((word) => OPERATOR.test(word))];
      if (customer !== operator) return customer ? "customer" : "operator";
    }
    return "";
  };
  const bodyOf = (node, author, time) => {
    const off = new Set([author, `${author}:`, time].filter(Boolean));
    for (const one of node.querySelectorAll("button, [role=button], time, svg, [aria-hidden=true], select, input, label")) off.add(textOf(one));
    const lines = textOf(node).split("\n").map((line) => line.replace(/\s+$/, ""));
    return lines.filter((line) => !off.has(line.trim()) || !line.trim()).filter((line) => !TIME.test(line.trim()) && !/^[✓✔·•]+$/u.test(line.trim()))
      .join("\n").replace(/\n{3,}/g, "\n\n").trim();
  };
  // Messengers tell a direction by the side on which a bubble stands.
  const bySide = (nodes) => {
    const middles = nodes.map((node) => {
      const inner = [...node.querySelectorAll("*")].filter((one) => textOf(one).length >= textOf(node).length * 0.5).pop() || node;
      const box = inner.getBoundingClientRect(), row = node.parentElement.getBoundingClientRect();
      return (box.left + box.right - row.left - row.right) / 2 / Math.max(row.width, 1);
    });
    return Math.max(...middles) - Math.min(...middles) < 0.08 ? nodes.map(() => "") : middles.map((at) => (at > 0 ? "operator" : "customer"));
  };

  if (how !== "thread") {
    const text = selected();
    if (text.trim()) return { text: text.slice(0, MAX_CHARS) };
    if (how === "selection") return null;
  }
  const best = groups().map((all) => [worth(all), all]).sort((a, b) => b[0] - a[0])[0];
  if (!best || best[0] < 8) return null;
  const nodes = best[1].slice(-MAX_MESSAGES);
  const all = nodes.map((node) => {
    const author = authorIn(node), at = timeIn(node), time = at ? textOf(at) : "";
    const text = bodyOf(node, author, time);
    return { node, role: roleOf(node, author), author, time, text };
  }).filter((one) => one.text && one.role !== "aside");
  if (all.length && !all.some((one) => one.role)) bySide(all.map((one) => one.node)).forEach((role, n) => { all[n].role = role; });
  const known = new Map(all.filter((one) => one.role && one.author).map((one) => [one.author, one.role]));
  for (const one of all) if (!one.role && one.author) one.role = known.get(one.author) || "";
  return all.length ? { messages: all.map(({ role, author, time, text }) => ({ role, author, time, text })) } : null;
}

// Writes the reply into the field that has the focus, as if it had been typed. Presses nothing.
// Returns whether there was such a field.
export function putReply(text) {
  if (self !== top) {
    try { if (parent.document.activeElement !== frameElement) return false; } catch { if (!document.hasFocus()) return false; }
  }
  let field = document.activeElement;
  while (field && field.shadowRoot && field.shadowRoot.activeElement) field = field.shadowRoot.activeElement;
  const plain = field && (field.tagName === "TEXTAREA" || (field.tagName === "INPUT" && /^(?:text|search|)$/.test(field.getAttribute("type") || "")));
  if (!field || field.readOnly || field.disabled || !(plain || field.isContentEditable)) return false;
  if (document.execCommand("insertText", false, text)) return true;
  if (!plain) return false;
  const native = Object.getOwnPropertyDescriptor(Object.getPrototypeOf(field), "value");
  const [start, end] = [field.selectionStart, field.selectionEnd];
  native.set.call(field, field.value.slice(0, start) + text + field.value.slice(end));
  field.dispatchEvent(new Event("input", { bubbles: true }));
  return true;
}
