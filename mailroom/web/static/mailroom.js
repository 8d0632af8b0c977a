// Enhances pages that work without it: keys on the review desk, page view, live figures, dropping files.
import { initAll } from "./vendor/govuk-frontend.min.js";

document.body.classList.add("js-enabled", "govuk-frontend-supported");
initAll();
document.querySelectorAll("[data-viewer]").forEach(pageView);
document.querySelectorAll("[data-review]").forEach(reviewKeys);
document.querySelectorAll("[data-gives-back]").forEach(givesBack);
document.querySelectorAll("[data-fragment]").forEach(keepFresh);
document.querySelectorAll("[data-drop]").forEach(dropping);
document.querySelectorAll("table.stacks").forEach(labelled);
document.querySelectorAll("[data-select-all]").forEach(selectAll);
document.querySelectorAll("[data-key-switch]").forEach(keySwitch);
document.querySelectorAll(".chart + details").forEach(openOnPaper);

function isTyping(event) {
  const typed = "input:not([type=radio]):not([type=checkbox]), textarea, select";
  return event.ctrlKey || event.metaKey || event.altKey || event.target.matches(typed);
}

// Speech software types what it hears: whoever uses it turns off the keys that act at once, on this computer for good.
function keySwitch(part) {
  const box = part.querySelector("input");
  const show = () => document.body.classList.toggle("keys-off", !box.checked);
  box.checked = localStorage.getItem("single-keys") !== "off";
  box.addEventListener("change", () => { localStorage.setItem("single-keys", box.checked ? "on" : "off"); show(); });
  show();
  part.hidden = false;
}

function areKeysOff() { return document.body.classList.contains("keys-off"); }

// On a phone a row of such a table becomes a list: each cell says its column, and is still a cell to a screen reader.
function labelled(table) {
  const columns = [...table.querySelectorAll("thead th, thead td")].map((c) => c.textContent.trim());
  const roles = { table: "table", thead: "rowgroup", tbody: "rowgroup", tr: "row", td: "cell" };
  for (const part of [table, ...table.querySelectorAll("thead, tbody, tr, td, th")]) {
    const name = part.localName;
    part.setAttribute("role", name === "th" ? (part.scope === "row" ? "rowheader" : "columnheader") : roles[name]);
    if (name === "td" && part.closest("tbody") && columns[part.cellIndex]) part.dataset.label = columns[part.cellIndex];
  }
  table.classList.add("is-labelled");
}

function pageView(viewer) {
  const pages = viewer.querySelector(".viewer__pages");
  let zoom = 0, turn = 0;
  const show = () => { pages.className = `viewer__pages zoom-${zoom} turn-${turn}`; };
  const larger = (by) => { zoom = Math.min(3, Math.max(0, zoom + by)); show(); };
  const turned = () => { turn = (turn + 1) % 4; show(); };
  const sheets = [...viewer.querySelectorAll(".sheet")];
  const turnTo = (by) => {
    const top = pages.getBoundingClientRect().top;
    const now = sheets.findLastIndex((s) => s.getBoundingClientRect().top <= top + 40);
    const to = sheets[Math.max(0, Math.min(sheets.length - 1, now + by))];
    if (to) pages.scrollTo({ top: to.offsetTop - pages.offsetTop });
  };
  viewer.querySelectorAll("[data-page]").forEach((b) => b.addEventListener("click", () => turnTo(Number(b.dataset.page))));
  viewer.querySelector(".viewer__bar").hidden = false;
  viewer.querySelectorAll("[data-zoom]").forEach((b) => b.addEventListener("click", () => larger(Number(b.dataset.zoom))));
  viewer.querySelector("[data-turn]").addEventListener("click", turned);
  document.addEventListener("keydown", (event) => {
    if (isTyping(event) || (areKeysOff() && event.key.length === 1)) return;
    if (event.key === "+" || event.key === "=") larger(1);
    else if (event.key === "-") larger(-1);
    else if (event.key === "r") turned();
    else if (event.key === "PageDown" || event.key === "]") { event.preventDefault(); turnTo(1); }
    else if (event.key === "PageUp" || event.key === "[") { event.preventDefault(); turnTo(-1); }
  });
}

function reviewKeys(form) {
  const find = form.querySelector("#find");
  const list = form.querySelector("#found");
  let at = 0, asked = 0, decided = false;
  const options = () => [...list.children].filter((o) => !o.hasAttribute("aria-disabled"));
  find.hidden = false;
  document.querySelectorAll("[data-plain]").forEach((part) => { part.hidden = true; });
  // One press decides one item: neither a key held down nor a second press while the next item is on its way.
  form.addEventListener("submit", (event) => { if (decided) event.preventDefault(); decided = true; });
  addEventListener("pageshow", () => { decided = false; });
  document.addEventListener("keydown", (event) => {
    if (isTyping(event) || event.repeat || areKeysOff()) return;
    const key = CSS.escape(event.key.toLowerCase());
    const button = document.querySelector(`[data-key="${key}"]`);
    const person = form.querySelector(`[data-pick="${key}"]`);
    if (event.key === "/") { event.preventDefault(); find.focus(); }
    else if (button) { event.preventDefault(); button.click(); }
    else if (person) { event.preventDefault(); person.checked = true; person.focus(); }
  });
  function mark(to) {
    const now = options();
    at = Math.max(0, Math.min(to, now.length - 1));
    now.forEach((o) => o.setAttribute("aria-selected", String(o === now[at])));
    if (now[at]) { find.setAttribute("aria-activedescendant", now[at].id); now[at].scrollIntoView({ block: "nearest" }); }
    else find.removeAttribute("aria-activedescendant");
  }
  function open(isOpen) { list.hidden = !isOpen; find.setAttribute("aria-expanded", String(isOpen)); }
  async function look() {
    const mine = ++asked, words = find.value.trim();
    if (!words) return open(false);
    const answer = await fetch(`${form.dataset.review}?q=${encodeURIComponent(words)}`).catch(() => null);
    if (mine !== asked || !answer?.ok || answer.redirected) return;
    list.innerHTML = await answer.text();
    list.querySelectorAll("li").forEach((o) => o.addEventListener("mousedown", (event) => { event.preventDefault(); choose(o); }));
    open(true);
    mark(0);
  }
  function choose(option) {
    if (option?.dataset.service) {
      form.append(Object.assign(document.createElement("input"), { type: "hidden", name: "service", value: option.dataset.service }));
      form.requestSubmit();
    } else if (option?.dataset.customer) takeCustomer(option.dataset.customer, option.dataset.name);
  }
  function takeCustomer(key, name) {
    const people = form.querySelector("#customers");
    let radio = [...people.querySelectorAll("input")].find((r) => r.value === key);
    if (!radio) {
      const row = people.lastElementChild.cloneNode(true);
      radio = row.querySelector("input");
      Object.assign(radio, { value: key, id: `customer-${key}` });
      radio.removeAttribute("data-pick");
      Object.assign(row.querySelector("label"), { textContent: `${name} ${key}`, htmlFor: radio.id });
      people.prepend(row);
    }
    radio.checked = true;
    find.value = "";
    open(false);
    radio.focus();
  }
  let wait = 0;
  find.addEventListener("input", () => { clearTimeout(wait); wait = setTimeout(look, 120); });
  find.addEventListener("blur", () => setTimeout(() => open(false), 200));
  find.addEventListener("keydown", async (event) => {
    if (event.key === "ArrowDown") { event.preventDefault(); mark(at + 1); }
    else if (event.key === "ArrowUp") { event.preventDefault(); mark(at - 1); }
    else if (event.key === "Enter") { event.preventDefault(); clearTimeout(wait); await look(); choose(options()[at]); }
    else if (event.key === "Escape") { find.value = ""; open(false); find.blur(); }
  });
}

// Going away from an undecided item gives it back at once: a beacon still leaves when the tab is closed.
function givesBack(form) {
  let decided = false;
  form.addEventListener("submit", () => { decided = true; });
  addEventListener("pagehide", () => {
    if (decided) return;
    const said = new FormData();
    said.set("csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken.value);
    said.set("until", form.dataset.keptUntil);
    navigator.sendBeacon(form.dataset.givesBack, said);
  });
  // Shown again from the browser's memory, the page no longer keeps its item: it is opened anew.
  addEventListener("pageshow", (event) => { if (event.persisted) location.replace(new URL("..", new URL(form.dataset.givesBack, location))); });
}

// Sent elsewhere, the person is signed out: the page says so, rather than going on showing figures of then.
function keepFresh(part) {
  const isTyped = () => [...part.querySelectorAll("[data-keep] input, [data-keep] textarea")].some((f) => f.value !== f.defaultValue);
  const isInUse = () => part.contains(document.activeElement) || part.querySelector("details[open]") || isTyped();
  setInterval(async () => {
    if (document.hidden || isInUse()) return;
    const answer = await fetch(location.href, { headers: { "X-Fragment": part.dataset.fragment } }).catch(() => null);
    if (answer?.redirected) return location.reload();
    if (!answer?.ok || isInUse()) return;
    part.innerHTML = await answer.text();
    part.querySelectorAll("table.stacks").forEach(labelled);
  }, 5000);
}

function selectAll(part) {
  const all = part.querySelector("input");
  const boxes = [...part.closest("form").querySelectorAll(`input[name="${part.dataset.selectAll}"]`)];
  const show = () => {
    const chosen = boxes.filter((box) => box.checked).length;
    all.checked = chosen === boxes.length;
    all.indeterminate = chosen > 0 && chosen < boxes.length;
  };
  part.hidden = false;
  all.addEventListener("change", () => boxes.forEach((box) => { box.checked = all.checked; }));
  boxes.forEach((box) => box.addEventListener("change", show));
  show();
}

function dropping(zone) {
  const field = zone.querySelector("input[type=file]");
  const over = (isOver) => (event) => { event.preventDefault(); zone.classList.toggle("drop--over", isOver); };
  zone.addEventListener("dragover", over(true));
  zone.addEventListener("dragleave", over(false));
  zone.addEventListener("drop", (event) => { over(false)(event); field.files = event.dataTransfer.files; });
}

// A chart's figures can be unfolded on screen but not on paper, so they are printed with it.
function openOnPaper(figures) {
  const wasOpen = () => figures.dataset.wasOpen === "true";
  addEventListener("beforeprint", () => { figures.dataset.wasOpen = figures.open; figures.open = true; });
  addEventListener("afterprint", () => { figures.open = wasOpen(); });
}
