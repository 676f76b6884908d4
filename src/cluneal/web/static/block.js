// The timer counts down and reloads when a score is due. The server's clock decides: this only measures how much is left.
"use strict";
(() => {
  const card = document.getElementById("now");
  if (!card) return;
  const started = performance.now();
  const due = "left" in card.dataset ? Number(card.dataset.left) * 1000 : null;
  const left = () => due - (performance.now() - started);
  const countdown = card.querySelector("[data-countdown]");
  const clock = card.querySelector("[data-clock]");
  const without = card.querySelector("[data-without-script]");

  const KEY = "cluneal-block-signal";
  const box = card.querySelector("[data-signal]");
  const button = box.querySelector("button");
  let sound = null;
  let on = false;
  try {
    on = localStorage.getItem(KEY) === "on";
  } catch {
    // Private windows may refuse: it is off then.
  }

  // A browser lets a page sound only after it was touched.
  const wake = () => {
    if (!on || sound || !("AudioContext" in window)) return;
    sound = new AudioContext();
  };

  const signal = () => {
    if (!on) return;
    if (navigator.vibrate) navigator.vibrate([180, 120, 180]);
    if (!sound || sound.state !== "running") return;
    const tone = sound.createOscillator();
    const level = sound.createGain();
    const now = sound.currentTime;
    tone.frequency.setValueAtTime(523, now);
    tone.frequency.setValueAtTime(659, now + 0.35);
    level.gain.setValueAtTime(0, now);
    level.gain.linearRampToValueAtTime(0.12, now + 0.05);
    level.gain.linearRampToValueAtTime(0, now + 0.9);
    tone.connect(level).connect(sound.destination);
    tone.start(now);
    tone.stop(now + 1);
  };

  const show = () => {
    button.setAttribute("aria-pressed", String(on));
    button.textContent = on ? button.dataset.on : button.dataset.off;
  };

  if (due !== null) {
    box.hidden = false;
    show();
    document.addEventListener("pointerdown", wake);
    document.addEventListener("keydown", wake);
    button.addEventListener("click", () => {
      on = !on;
      try {
        localStorage.setItem(KEY, on ? "on" : "off");
      } catch {
        // It holds for this page then.
      }
      show();
      wake();
      signal();
    });
  }

  const words = (seconds) => {
    const said = (name, count) => countdown.dataset[name].replace("{count}", count);
    if (seconds < 3600) return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
    if (seconds < 86400) return `${said("hours", Math.floor(seconds / 3600))} ${said("minutes", Math.floor((seconds % 3600) / 60))}`;
    return `${said("days", Math.floor(seconds / 86400))} ${said("hours", Math.floor((seconds % 86400) / 3600))}`;
  };

  let over = false;
  const tick = () => {
    if (over || due === null) return;
    const seconds = Math.max(0, Math.ceil(left() / 1000));
    if (clock) clock.textContent = words(seconds);
    if (seconds === 0) {
      over = true;
      signal();
      // Long enough to be heard.
      setTimeout(() => {
        history.replaceState(null, "", `${location.pathname}#now`);
        location.reload();
      }, 1300);
    }
  };
  if (countdown && due !== null) {
    countdown.hidden = false;
    if (without) without.hidden = true;
  }
  tick();
  setInterval(tick, 1000);
  // A telephone that slept comes back to a page whose time is over.
  document.addEventListener("visibilitychange", tick);
})();
