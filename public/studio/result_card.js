/** A drawn picture with what is known of it and what can be done with it; and the dialog that shows it large. */

import { copy, note } from "./announce.js";
import { secondsLeft } from "./api.js";
import { bytesOf } from "./archive.js";
import { byId, button, el, fill } from "./dom.js";
import { clock, moment, number, t } from "./language.js";
import { nameOf } from "./models.js";
import { extensionOf } from "./pictures.js";
import { tell } from "./state.js";

/** Answer a prompt as one text. */
export const promptText = (prompt) => (typeof prompt === "string" ? prompt : JSON.stringify(prompt, null, 2));

/** Write neurons and dollars; nothing where the price is unknown. */
export function costText(neurons, dollars) {
  if (neurons === null || neurons === undefined) return null;
  return t("cost.short", {
    neurons: number(neurons, { maximumFractionDigits: neurons < 100 ? 1 : 0 }),
    dollars: number(dollars ?? neurons * 0.000_011, { maximumSignificantDigits: 2 }),
  });
}

/** Show a picture just drawn: *about* is what is known of it, *blob* its bytes. */
export function resultCard(about, blob) {
  const url = URL.createObjectURL(blob);
  return el(
    "figure",
    { class: "card", data: { id: about.id } },
    el(
      "button",
      {
        type: "button",
        class: "picture",
        "aria-label": t("viewer.open"),
        on: { click: () => showPicture(about) },
      },
      el("img", { src: url, width: about.width, height: about.height, alt: promptText(about.prompt) }),
    ),
    el(
      "figcaption",
      {},
      facts(about),
      actions(about, () => blob),
    ),
  );
}

/** Write what is known of a picture. */
export function facts(about) {
  const known = [
    `${about.width} × ${about.height}`,
    nameOf(about.model),
    about.steps && t("fact.steps", { steps: number(about.steps) }),
    about.seed !== null && about.seed !== undefined && t("result.seed", { seed: about.seed }),
    costText(about.neurons),
    about.seconds && t("result.seconds", { seconds: number(about.seconds, { maximumFractionDigits: 1 }) }),
  ];
  return el(
    "ul",
    { class: "meta" },
    known.filter(Boolean).map((text) => el("li", {}, text)),
  );
}

/** Make the buttons of a picture; *bytes* answers its Blob, at once or as a promise. */
export function actions(about, bytes) {
  const copied = (text) => copy(text, t("copied"), t("copyFailed"));
  return el(
    "div",
    { class: "actions" },
    button({
      name: "download",
      text: t("result.download"),
      press: async () => download(about, await bytes()),
    }),
    about.key &&
      button({
        kind: "quiet address",
        name: "link",
        text: t("result.copyAddress"),
        press: () => copied(addressOf(about.key)),
      }),
    button({ name: "text", text: t("result.copyPrompt"), press: () => copied(promptText(about.prompt)) }),
    button({
      name: "again",
      text: about.seed === null ? t("result.again") : t("result.againSeed"),
      press: () => leave("again", about),
    }),
    button({
      name: "image-plus",
      text: t("result.reference"),
      press: async () => leave("reference", await bytes()),
    }),
  );
}

/** Answer the address of a stored picture, on this page's own origin. */
export const addressOf = (key) => `${location.origin}/image/${key}`;

function leave(word, detail) {
  byId("viewer").close();
  location.hash = "/draw";
  tell(word, detail);
}

function download(about, blob) {
  const url = URL.createObjectURL(blob);
  const words = promptText(about.prompt)
    .toLowerCase()
    .match(/[\p{L}\p{N}]+/gu) ?? ["picture"];
  const name = words.slice(0, 6).join("-").slice(0, 60);
  el("a", { href: url, download: `${name}.${extensionOf(blob)}` }).click();
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}

/** Show a picture large, from this browser's archive or, with *blob*, from there. */
export async function showPicture(about, blob) {
  const bytes = blob ?? (await bytesOf(about.id));
  if (!bytes) {
    note(t("history.gone"));
    return;
  }
  const dialog = byId("viewer");
  const url = URL.createObjectURL(bytes);
  const words = promptText(about.prompt);
  fill(
    dialog,
    el("img", { src: url, alt: words, width: about.width, height: about.height }),
    el(
      "div",
      { class: "viewer-side" },
      button({ name: "cross", label: t("viewer.close"), kind: "bare close", press: () => dialog.close() }),
      el("p", { class: typeof about.prompt === "string" ? "words" : "words code", tabIndex: 0 }, words),
      el("p", { class: "hint" }, moment(about.created)),
      el("p", { class: "hint life" }),
      facts(about),
      actions(about, () => bytes),
    ),
  );
  dialog.addEventListener("close", () => URL.revokeObjectURL(url), { once: true });
  dialog.showModal();
  showLife(about, dialog);
  dialog.querySelector(".actions button").focus();
}

/** Say how much longer the server has the picture; one that is gone has no address to copy. */
async function showLife({ key }, dialog) {
  const [line, address] = [dialog.querySelector(".life"), dialog.querySelector(".address")];
  const seconds = key ? await secondsLeft(key).catch(() => null) : 0;
  if (seconds === null) return;
  line.textContent = seconds ? t("viewer.left", { time: clock(seconds) }) : t("viewer.gone");
  if (!seconds) address?.remove();
}
