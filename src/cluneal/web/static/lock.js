// What somebody told about their body does not stay on the screen when they have gone: the page gives way to the lock.
"use strict";
(() => {
  const MINUTE = 60000;
  const SPARE = 2000;
  const minutes = Number(document.currentScript.dataset.minutes);
  let typed = false;
  document.addEventListener("input", () => {
    typed = true;
  });
  setTimeout(() => {
    // What is half typed stays: sent later, it waits until the passphrase is given.
    if (!typed) location.assign(`/unlock?to=${encodeURIComponent(location.pathname + location.search)}`);
  }, minutes * MINUTE + SPARE);
})();
