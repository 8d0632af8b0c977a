// Enhances pages that work without it: keys on the review desk, page view, live figures, dropping files.
import { initAll } from "./vendor/govuk-frontend.min.js";

document.body.classList.add("js-enabled", "govuk-frontend-supported");
initAll();
document.querySelectorAll("[data-viewer]").forEach(pageView);
document.querySelectorAll("[data-review]").forEach(reviewKeys);
document.querySelectorAll("[data-fragment]").forEach(keepFresh);
document.querySelectorAll("[data-drop]").forEach(dropping);

function isTyping(event) {
  const typed = "input:not([type=radio]):not([type=checkbox]), textarea, select";
  return event.ctrlKey || event.metaKey || event.altKey || event.target.matches(typed);
}

function pageView(viewer) {
  const pages = viewer.querySelector(".viewer__pages");
  let zoom = 0, turn = 0;
  const show = () => { pages.className = `viewer__pages zoom-${zoom} turn-${turn}`; };
  const larger = (by) => { zoom = Math.min(3, Math.max(0, zoom + by)); show(); };
  const turned = () => { turn = (turn + 1) % 4; show(); };
  viewer.querySelector(".viewer__bar").hidden = false;
  viewer.querySelectorAll("[data-zoom]").forEach((b) => b.addEventListener("click", () => larger(Number(b.dataset.zoom))));
  viewer.querySelector("[data-turn]").addEventListener("click", turned);
  document.addEventListener("keydown", (event) => {
    if (isTyping(event)) return;
    if (event.key === "+" || event.key === "=") larger(1);
    else if (event.key === "-") larger(-1);
    else if (event.key === "r") turned();
  });
}

function reviewKeys(form) {
  const find = form.querySelector("#find-service");
  const list = form.querySelector("#all-services");
  const options = [...list.children];
  let at = 0;
  const shown = () => options.filter((o) => !o.hidden);
  find.hidden = false;
  document.addEventListener("keydown", (event) => {
    if (isTyping(event)) return;
    const button = document.querySelector(`button[data-key="${CSS.escape(event.key.toLowerCase())}"]`);
    if (event.key === "/") { event.preventDefault(); find.focus(); }
    else if (button) { event.preventDefault(); button.click(); }
  });
  function mark(to) {
    const now = shown();
    at = Math.max(0, Math.min(to, now.length - 1));
    options.forEach((o) => o.setAttribute("aria-selected", String(o === now[at])));
    if (now[at]) { find.setAttribute("aria-activedescendant", now[at].id); now[at].scrollIntoView({ block: "nearest" }); }
  }
  function open(isOpen) { list.hidden = !isOpen; find.setAttribute("aria-expanded", String(isOpen)); }
  function narrow() {
    const words = find.value.trim().toLowerCase();
    options.forEach((o) => { o.hidden = !o.textContent.toLowerCase().includes(words); });
    open(true);
    mark(0);
  }
  function choose(option) {
    if (!option) return;
    const field = Object.assign(document.createElement("input"), { type: "hidden", name: "service", value: option.dataset.code });
    form.append(field);
    form.submit();
  }
  find.addEventListener("input", narrow);
  find.addEventListener("focus", narrow);
  find.addEventListener("blur", () => setTimeout(() => open(false), 200));
  find.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown") { event.preventDefault(); mark(at + 1); }
    else if (event.key === "ArrowUp") { event.preventDefault(); mark(at - 1); }
    else if (event.key === "Enter") { event.preventDefault(); choose(shown()[at]); }
    else if (event.key === "Escape") find.blur();
  });
  options.forEach((o) => o.addEventListener("mousedown", () => choose(o)));
}

function keepFresh(part) {
  setInterval(async () => {
    if (document.hidden || part.contains(document.activeElement)) return;
    const answer = await fetch(location.href, { headers: { "X-Fragment": part.dataset.fragment } }).catch(() => null);
    if (answer?.ok && !answer.redirected) part.innerHTML = await answer.text();
  }, 5000);
}

function dropping(zone) {
  const field = zone.querySelector("input[type=file]");
  const over = (isOver) => (event) => { event.preventDefault(); zone.classList.toggle("drop--over", isOver); };
  zone.addEventListener("dragover", over(true));
  zone.addEventListener("dragleave", over(false));
  zone.addEventListener("drop", (event) => { over(false)(event); field.files = event.dataTransfer.files; });
}
