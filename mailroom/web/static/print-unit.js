// The print unit's desk with a keyboard and a mouse. Every page works without this.
document.querySelectorAll("[data-batch]").forEach(pagesOnTheTable);

function pagesOnTheTable(form) {
  const boxes = [...form.querySelectorAll(".leaf__box")];
  const before = form.querySelector("#before");
  const chosen = () => boxes.filter((box) => box.checked);
  let at = boxes.find((box) => box.hasAttribute("data-at")) || boxes[0];
  form.querySelector("[data-keys]").hidden = false;
  // Where the tools stay in sight, so does what is wrong; elsewhere the summary on top keeps the focus.
  const inSight = getComputedStyle(form.querySelector(".tools")).position === "sticky" || !document.querySelector(".govuk-error-summary");
  if (at?.hasAttribute("data-at") && inSight) at.focus({ preventScroll: false });
  boxes.forEach((box) => box.addEventListener("focus", () => { at = box; }));

  function go(to) {
    const box = boxes[Math.max(0, Math.min(boxes.length - 1, to))];
    box?.focus();
    box?.scrollIntoView({ block: "nearest" });
  }
  function below(by) {
    const now = at.getBoundingClientRect();
    const rows = boxes.filter((box) => by * (box.getBoundingClientRect().top - now.top) > 20);
    const near = (box) => Math.abs(box.getBoundingClientRect().top - now.top) * 10 + Math.abs(box.getBoundingClientRect().left - now.left);
    rows.sort((a, b) => near(a) - near(b));
    if (rows[0]) go(boxes.indexOf(rows[0]));
  }
  function act(button) {
    if (!chosen().length && at && !["drop", "apply"].includes(button.value)) at.checked = true;
    form.requestSubmit(button);
  }
  form.querySelectorAll("button[name=do]").forEach((button) => button.addEventListener("click", () => {
    if (!chosen().length && at && button.dataset.key && button.dataset.key !== "enter") at.checked = button.dataset.key !== "u";
  }));
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.matches("#before, #expected, textarea")) return;
    const arrows = { ArrowRight: () => go(boxes.indexOf(at) + 1), ArrowLeft: () => go(boxes.indexOf(at) - 1), ArrowDown: () => below(1), ArrowUp: () => below(-1) };
    const key = event.key.toLowerCase();
    if (arrows[event.key]) { event.preventDefault(); arrows[event.key](); return; }
    if (event.repeat || (key.length === 1 && document.body.classList.contains("keys-off"))) return;
    if (key === "m") { event.preventDefault(); before.focus(); return; }
    if (key === "enter" && event.target.matches("button, a, summary")) return;
    const button = form.querySelector(`button[data-key="${CSS.escape(key)}"]`);
    if (button) { event.preventDefault(); act(button); }
    else if (key === "enter") event.preventDefault();
  });
  before.addEventListener("keydown", (event) => {
    if (event.key === "Enter") { event.preventDefault(); act(form.querySelector("button[value=move]")); }
    else if (event.key === "Escape") at?.focus();
  });

  const leaves = form.querySelectorAll(".leaf");
  let dragged = "";
  leaves.forEach((leaf) => {
    leaf.addEventListener("dragstart", (event) => { dragged = leaf.dataset.page; event.dataTransfer.setData("text/plain", dragged); });
    leaf.addEventListener("dragover", (event) => { if (dragged) { event.preventDefault(); leaf.classList.add("leaf--over"); } });
    leaf.addEventListener("dragleave", () => leaf.classList.remove("leaf--over"));
    leaf.addEventListener("drop", (event) => {
      event.preventDefault();
      if (!dragged || dragged === leaf.dataset.page) return;
      const box = form.querySelector(`#page-${CSS.escape(dragged)}`);
      if (!box.checked) { boxes.forEach((other) => { other.checked = false; }); box.checked = true; }
      before.value = leaf.dataset.page;
      form.requestSubmit(form.querySelector("button[value=move]"));
    });
  });
}

document.querySelectorAll("[data-scan]").forEach(scanningOff);

function scanningOff(form) {
  const field = form.querySelector("#mark");
  const verdict = document.querySelector("#verdict");
  const numbers = { done: document.querySelector("#done"), left: document.querySelector("#left") };
  const close = document.querySelector("#close");
  let sound = null, wait = 0, last = Promise.resolve();
  if (field.autofocus) field.focus();

  // Good is short and high; stop is long, low and twice, so that the two are told apart without looking.
  function beep(good) {
    sound ||= new AudioContext();
    (good ? [[0, 0.09, 1175]] : [[0, 0.25, 196], [0.35, 0.25, 196]]).forEach(([after, length, pitch]) => {
      const tone = sound.createOscillator(), volume = sound.createGain();
      tone.frequency.value = pitch;
      tone.type = good ? "sine" : "square";
      volume.gain.value = good ? 0.2 : 0.12;
      tone.connect(volume).connect(sound.destination);
      tone.start(sound.currentTime + after);
      tone.stop(sound.currentTime + after + length);
    });
  }
  function show(good, message) {
    verdict.className = `verdict verdict--${good ? "good" : "bad"}`;
    verdict.replaceChildren(Object.assign(document.createElement("strong"), { textContent: good ? "Good" : "Stop" }), " ", Object.assign(document.createElement("span"), { textContent: message }));
    beep(good);
  }
  async function count(mark, deed) {
    const body = new FormData(form);
    body.set("mark", mark);
    body.set("do", deed);
    const answer = await fetch(form.action, { method: "POST", body, headers: { "X-Fragment": "scan" } }).catch(() => null);
    if (!answer?.ok || answer.redirected) { show(false, `Not counted: ${mark}. The mailroom did not answer. Scan it again.`); return; }
    const said = await answer.json();
    show(said.good, said.message);
    clearTimeout(wait);
    wait = setTimeout(standing, 250);
  }
  async function standing() {
    const answer = await fetch(form.action, { headers: { "X-Fragment": "standing" } }).catch(() => null);
    if (!answer?.ok || answer.redirected) return;
    const now = await answer.json();
    numbers.done.textContent = now.done;
    numbers.left.textContent = now.left;
    close.hidden = !now.balances;
  }
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const mark = field.value.trim(), deed = event.submitter?.value || "scan";
    field.value = "";
    field.focus();
    if (mark) last = last.then(() => count(mark, deed));
  });
}
