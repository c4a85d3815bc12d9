/** Telling the person: a short note at the foot of the page, read out by screen readers too. */

import { byId } from "./dom.js";

let timer;

/** Show a note for a few seconds. */
export function note(text) {
  const toast = byId("toast");
  toast.textContent = text;
  toast.classList.add("shown");
  clearTimeout(timer);
  timer = setTimeout(() => toast.classList.remove("shown"), 4000);
}

/** Say something to screen readers alone, at once. */
export function say(text) {
  byId("alert").textContent = text;
}

/** Copy *text* and say so with *done*; where the browser forbids it, say *failed*. */
export async function copy(text, done, failed) {
  try {
    await navigator.clipboard.writeText(text);
    note(done);
  } catch {
    note(failed);
  }
}
