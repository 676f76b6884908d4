// A session with a timer, and reminders while the page is open. Without this the steps are a list, and the form is the same.
"use strict";
(() => {
  // What was turned on stays on: in this browser alone, and off to begin with.
  const KEY = "cluneal-care-";
  const senses = { sound: false, buzz: false };
  const remember = (name, value) => {
    try {
      localStorage.setItem(KEY + name, value);
    } catch {
      // A private window may refuse: it holds for this page then.
    }
  };
  for (const name of Object.keys(senses)) {
    try {
      senses[name] = localStorage.getItem(KEY + name) === "on";
    } catch {
      // Off, as to begin with.
    }
  }

  // A browser lets a page sound only after it was touched.
  let audio = null;
  const wake = () => {
    if (!senses.sound || audio || !("AudioContext" in window)) return;
    audio = new AudioContext();
  };
  const tone = (pitch, at, length) => {
    const voice = audio.createOscillator();
    const level = audio.createGain();
    const start = audio.currentTime + at;
    voice.frequency.value = pitch;
    level.gain.setValueAtTime(0, start);
    level.gain.linearRampToValueAtTime(0.12, start + 0.04);
    level.gain.linearRampToValueAtTime(0, start + length);
    voice.connect(level).connect(audio.destination);
    voice.start(start);
    voice.stop(start + length);
  };
  const SIGNALS = {
    begin: { tones: [[523, 0, 0.35]], buzz: [120] },
    end: { tones: [[392, 0, 0.35]], buzz: [60] },
    step: { tones: [[523, 0, 0.4], [659, 0.3, 0.6]], buzz: [160, 100, 160] },
  };
  const signal = (name) => {
    const one = SIGNALS[name];
    if (senses.buzz && navigator.vibrate) navigator.vibrate(one.buzz);
    if (senses.sound && audio && audio.state === "running") one.tones.forEach((parts) => tone(...parts));
  };
  document.addEventListener("pointerdown", wake);
  document.addEventListener("keydown", wake);

  // Reminders: since when is kept for the tab, so that going from page to page does not begin anew.
  for (const box of document.querySelectorAll("[data-remind]")) {
    const name = `${KEY}since-${box.dataset.remind}`;
    const every = Number(box.dataset.minutes) * 60000;
    let since = Date.now();
    try {
      since = Number(sessionStorage.getItem(name)) || since;
      sessionStorage.setItem(name, since);
    } catch {
      // Counted from now.
    }
    const text = box.querySelector("[data-say]");
    const look = () => {
      if (!box.hidden || Date.now() - since < every) return;
      box.hidden = false;
      text.textContent = text.dataset.say;
      signal("step");
    };
    box.querySelector("button").addEventListener("click", () => {
      box.hidden = true;
      text.textContent = "";
      since = Date.now();
      try {
        sessionStorage.setItem(name, since);
      } catch {
        // Counted on this page then.
      }
    });
    look();
    setInterval(look, 5000);
    document.addEventListener("visibilitychange", look);
  }

  const guided = document.getElementById("guided");
  if (!guided) return;
  // A page that the browser kept has the id of a session that was saved: a fresh one is asked for.
  addEventListener("pageshow", (event) => {
    if (event.persisted) location.reload();
  });

  const form = document.getElementById("session");
  const player = document.getElementById("player");
  const words = JSON.parse(player.dataset.words);
  const steps = [...guided.querySelectorAll("[data-step]")];
  const [before, after] = ["before", "after"].map((name) => guided.querySelector(`[data-${name}]`));
  const part = (name) => player.querySelector(`[data-${name}]`);
  const [dial, ring, number, cue, count, side, told, where] = ["dial", "ring", "number", "cue", "count", "side", "told", "where"].map(
    part,
  );
  const [main, back, next] = ["main", "back", "next"].map(part);
  const done = { left: 0, right: 0 };
  const SIDES = ["left", "right"];
  // Of each step, so that going back and doing it again counts it once.
  const counted = steps.map(() => ({ left: 0, right: 0 }));

  // Screens: the list of everything (-1), the pain before (0), each step, the end.
  let at = -1;
  let phases = [];
  let phase = 0;
  let remaining = 0;
  let until = null;
  let lock = null;

  const current = () => steps[at - 1];
  const seconds = (step) => (step ? Number(step.dataset.seconds) : 0);
  const planned = (step) => {
    const { repeats, sides, between } = step.dataset;
    const made = [{ kind: "ready", length: Number(player.dataset.ready) }];
    const turns = Number(sides) === 2 ? SIDES : [null];
    turns.forEach((which, turn) => {
      if (turn) made.push({ kind: "sides", length: Number(player.dataset.change), side: which });
      for (let i = 1; i <= Number(repeats); i += 1) {
        made.push({ kind: "go", length: seconds(step), side: which, repeat: i, of: Number(repeats) });
        if (i < Number(repeats)) made.push({ kind: "between", length: Number(between), side: which, repeat: i, of: Number(repeats) });
      }
    });
    made[0].side = turns[0];
    return made;
  };

  const clock = (left) => (left < 60 ? String(left) : `${Math.floor(left / 60)}:${String(left % 60).padStart(2, "0")}`);

  const write = (where_, text) => {
    if (where_.textContent !== text) where_.textContent = text;
  };

  const paint = () => {
    const step = current();
    const now = phases[phase];
    next.hidden = !now;
    for (const kind of ["ready", "go", "between", "sides"]) player.classList.toggle(`is-${kind}`, Boolean(now) && now.kind === kind);
    if (!seconds(step)) {
      [side, cue, count].forEach((one) => write(one, ""));
      write(main, words.next);
      return;
    }
    if (!now) {
      write(number, "✓");
      number.classList.remove("long");
      ring.setAttribute("stroke-dashoffset", "0");
      [side, count].forEach((one) => write(one, ""));
      write(cue, words.over);
      write(main, words.next);
      return;
    }
    const left = Math.max(0, Math.ceil(remaining / 1000));
    write(number, clock(left));
    number.classList.toggle("long", left >= 60);
    ring.setAttribute("stroke-dashoffset", String(100 - (100 * left) / now.length));
    write(side, now.side ? words[now.side] : "");
    const said = { go: step.dataset.cue, between: step.dataset.betweenCue, ready: words.ready, sides: words.sides };
    write(cue, said[now.kind]);
    write(count, now.of > 1 ? words.count.replace("{count}", now.repeat).replace("{all}", now.of) : "");
    write(main, until !== null ? words.pause : guided.classList.contains("moving") ? words.resume : words.start);
  };

  const tell = () => {
    const now = phases[phase];
    // Spoken when something changes, never every second.
    write(told, [side.textContent, cue.textContent, now && now.of > 1 ? count.textContent : ""].filter(Boolean).join(". "));
  };

  const keepAwake = async (on) => {
    try {
      if (on && !lock && navigator.wakeLock) lock = await navigator.wakeLock.request("screen");
      if (!on && lock) {
        await lock.release();
        lock = null;
      }
    } catch {
      lock = null;
    }
  };

  const stop = () => {
    if (until !== null) remaining = Math.max(0, until - performance.now());
    until = null;
    keepAwake(false);
  };
  const run = () => {
    until = performance.now() + remaining;
    keepAwake(true);
  };

  const tally = () => {
    for (const one of SIDES) {
      done[one] = counted.reduce((sum, step) => sum + step[one], 0);
      const field = form.elements[one];
      if (field) field.value = done[one] || "";
    }
    const line = after.querySelector("[data-tally]");
    line.hidden = !(done.left || done.right);
    line.textContent = line.dataset.words.replace("{left}", done.left).replace("{right}", done.right);
  };

  const begin = (number_) => {
    phase = number_;
    remaining = phases[phase] ? phases[phase].length * 1000 : 0;
  };

  const advance = () => {
    const now = phases[phase];
    if (now.kind === "go") {
      const count_ = counted[at - 1];
      if (now.side) count_[now.side] = Math.max(count_[now.side], now.repeat);
      tally();
    }
    begin(phase + 1);
    const then = phases[phase];
    signal(!then ? "step" : then.kind === "go" ? "begin" : "end");
    if (then) run();
    else stop();
    paint();
    tell();
  };

  const tick = () => {
    if (until === null) return;
    remaining = Math.max(0, until - performance.now());
    if (remaining <= 0) advance();
    else paint();
  };

  // Each screen has an address of its own, so that the phone's own "back" goes one step back.
  const show = (to, move = "push") => {
    stop();
    at = Math.min(Math.max(to, -1), steps.length + 1);
    const place = at < 0 ? "" : at === 0 ? "asking" : at > steps.length ? "finishing" : "stepping";
    guided.classList.toggle("playing", at >= 0);
    guided.classList.remove("moving");
    for (const name of ["asking", "stepping", "finishing"]) guided.classList.toggle(name, name === place);
    player.hidden = at < 0;
    steps.forEach((one) => one.classList.toggle("current", one === current()));
    if (move !== "stay") history[`${move}State`](counted, "", at < 0 ? location.pathname : `#step-${at}`);
    phases = seconds(current()) ? planned(current()) : [];
    begin(0);
    if (at >= 0) paint();
    where.textContent = place === "stepping" ? player.dataset.of.replace("{count}", at).replace("{all}", steps.length) : "";
    told.textContent = "";
    tally();
    const screen = { asking: before, stepping: current(), finishing: after }[place];
    if (screen) screen.focus();
    scrollTo(0, 0);
  };

  const push = () => {
    wake();
    if (!phases[phase]) show(at + 1);
    else if (until === null) {
      guided.classList.add("moving");
      run();
      paint();
      tell();
    } else {
      stop();
      paint();
      told.textContent = words.paused;
    }
  };
  main.addEventListener("click", push);
  dial.addEventListener("click", push);
  back.addEventListener("click", () => show(at - 1));
  next.addEventListener("click", () => show(at + 1));
  part("leave").addEventListener("click", () => show(-1));
  guided.querySelector("[data-begin] button").addEventListener("click", () => show(0));
  for (const name of ["begin", "by-hand"]) guided.querySelector(`[data-${name}]`).hidden = false;

  for (const button of player.querySelectorAll("[data-sense]")) {
    const name = button.dataset.sense;
    const look = () => {
      button.setAttribute("aria-pressed", String(senses[name]));
      button.textContent = senses[name] ? button.dataset.on : button.dataset.off;
    };
    if (name === "buzz" && !navigator.vibrate) button.hidden = true;
    button.addEventListener("click", () => {
      senses[name] = !senses[name];
      remember(name, senses[name] ? "on" : "off");
      look();
      wake();
      if (senses[name]) signal("begin");
    });
    look();
  }

  const named = () => {
    const found = /^#step-(\d+)$/.exec(location.hash);
    return found ? Number(found[1]) : -1;
  };
  const again = (state) => {
    if (Array.isArray(state) && state.length === counted.length) {
      state.forEach((one, i) => SIDES.forEach((which) => {
        counted[i][which] = Math.max(counted[i][which], Number(one && one[which]) || 0);
      }));
    }
  };
  addEventListener("popstate", (event) => {
    again(event.state);
    show(named(), "stay");
  });
  // A reload goes on with the same step, not from the first.
  if (named() >= 0) {
    again(history.state);
    show(named(), "replace");
  }
  setInterval(tick, 100);
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden) tick();
    if (!document.hidden && until !== null) keepAwake(true);
  });
})();
