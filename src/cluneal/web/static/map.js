// The map: a tap, an arrow key, or what is typed or chosen is sent to the app, which answers with the words, the
// picture and the fields. All geometry is there; without this file the typed and the chosen places serve.
"use strict";

document.documentElement.classList.add("js");

document.addEventListener("DOMContentLoaded", () => {
  const form = document.getElementById("place-form");
  const map = form && form.querySelector(".map");
  if (!map) return;

  const drawing = map.querySelector(".map-drawing");
  const touch = map.querySelector(".map-touch");
  const words = form.querySelector(".said-words");
  const save = form.querySelector(".said button");
  const nerves = map.querySelector(".map-nerves");
  const FIVE = 5;
  const ONE = 1;
  // Screen readers hear the words when the spot has come to rest, not at every step.
  const REST_MS = 350;
  const mm = Number(map.dataset.unit);
  let here = map.dataset.x === undefined ? null : { x: Number(map.dataset.x), y: Number(map.dataset.y) };
  let last = null;
  let asked = 0;
  let resting = 0;
  let waiting = null;

  function typed() {
    const given = new FormData(form);
    return { way: "type", side: given.get("side") || "", x: given.get("x"), y: given.get("y"), up: given.get("up") || "" };
  }

  function chosen() {
    const given = new FormData(form);
    return { way: "choose", region: given.get("region") || "", region_side: given.get("region_side") || "" };
  }

  function fill(fields) {
    for (const [name, value] of Object.entries(fields)) {
      const field = form.elements[name];
      if (field instanceof RadioNodeList) {
        for (const one of field) one.checked = one.value === value;
      } else if (field && field !== document.activeElement) {
        field.value = value;
      }
    }
  }

  function say(text) {
    clearTimeout(resting);
    resting = setTimeout(() => { words.textContent = text; }, REST_MS);
  }

  async function answered(given) {
    const query = new URLSearchParams({
      ...given, key: map.dataset.key, spread: map.dataset.spread, nerves: map.dataset.nerves,
    });
    try {
      return await (await fetch(`/place/words?${query}`)).json();
    } catch {
      return { bad: words.dataset.gone };
    }
  }

  // `quietly`: while somebody is still typing, what is not finished is no mistake.
  async function ask(given, quietly) {
    const number = ++asked;
    // The button under the map saves what was said last, in whichever way.
    save.value = given.way === "choose" ? "choose" : "type";
    const answer = await answered(given);
    if (number !== asked) return;
    if (answer.bad) {
      if (!quietly) say(answer.bad);
      return;
    }
    last = given;
    drawing.innerHTML = answer.svg;
    here = { x: answer.px, y: answer.py };
    map.dataset.x = answer.px;
    say(answer.words);
    if (given.way === "tap") fill(answer.fields);
  }

  function begin(given, quietly) {
    const mine = ask(given, quietly).finally(() => {
      if (waiting === mine) waiting = null;
    });
    waiting = mine;
  }

  function tap(x, y) {
    here = { x, y };
    begin({ way: "tap", px: x, py: y });
  }

  function at(event) {
    const svg = drawing.querySelector("svg");
    return new DOMPoint(event.clientX, event.clientY).matrixTransform(svg.getScreenCTM().inverse());
  }

  function move(dx, dy, step) {
    const from = here || { x: 0, y: 0 };
    tap(from.x + dx * step * mm, from.y + dy * step * mm);
  }

  touch.addEventListener("click", (event) => {
    const point = at(event);
    tap(point.x, point.y);
  });

  const ways = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
  touch.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    const way = ways[event.key];
    if (way) move(...way, event.shiftKey ? ONE : FIVE);
    else if (event.key === "Enter" || event.key === " ") move(0, 0, 0);
    else return;
    event.preventDefault();
  });

  for (const one of map.querySelectorAll(".nudge")) {
    one.addEventListener("click", () => move(Number(one.dataset.dx), Number(one.dataset.dy), FIVE));
  }

  form.querySelector(".way-type").addEventListener("input", () => begin(typed(), true));
  form.querySelector(".way-choose").addEventListener("input", () => begin(chosen(), true));

  nerves.addEventListener("click", (event) => {
    event.preventDefault();
    const show = map.dataset.nerves !== "yes";
    map.dataset.nerves = show ? "yes" : "no";
    nerves.textContent = show ? nerves.dataset.hide : nerves.dataset.show;
    redraw();
  });

  async function redraw() {
    const answer = await answered(last || stored());
    if (answer.svg) drawing.innerHTML = answer.svg;
  }

  // A tap just before the button counts: its answer is awaited.
  form.addEventListener("submit", async (event) => {
    if (!waiting) return;
    event.preventDefault();
    const by = event.submitter;
    await waiting;
    // Not before this submission is over.
    setTimeout(() => form.requestSubmit(by));
  });

  // What the fields held when the page came: the place as it is kept.
  function stored() {
    return form.querySelector("[name=region]:checked") ? chosen() : typed();
  }

  // Where there is room, the list lies open beside the map.
  if (matchMedia("(min-width: 56.01rem)").matches) form.querySelector(".way-choose").open = true;
});
