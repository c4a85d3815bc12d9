/** The gallery of this browser: every picture drawn here, from IndexedDB. */

import { note } from "./announce.js";
import { count, forget, forgetAll, newest } from "./archive.js";
import { byId, button, el, fill } from "./dom.js";
import { moment, number, rendering, t } from "./language.js";
import { nameOf } from "./models.js";
import { promptText, showPicture } from "./result_card.js";
import { on, tell } from "./state.js";

const PAGE = 24;

let shown = PAGE;

/** Keep the gallery true while it is looked at. */
export function startHistory() {
  rendering(show, "view-gallery models");
  on("drawn archive", show);
}

async function show() {
  if (byId("view-gallery").hidden) return;
  const host = byId("history");
  try {
    const [pictures, total] = await Promise.all([newest(shown), count()]);
    fill(
      byId("history-tools"),
      total > 0 && el("span", { class: "value" }, number(total)),
      total > 0 && button({ name: "trash", text: t("history.clear"), press: clear }),
    );
    fill(
      host,
      pictures.length
        ? el("ul", { class: "tiles" }, pictures.map(tile))
        : el("p", { class: "nothing" }, t("history.empty")),
      total > pictures.length &&
        button({ text: t("more"), kind: "secondary", press: () => ((shown += PAGE), show()) }),
    );
  } catch {
    fill(host, el("p", { class: "nothing" }, t("history.failed")));
  }
}

function tile(about) {
  const url = URL.createObjectURL(about.thumb);
  const words = promptText(about.prompt);
  const image = el("img", { src: url, alt: words.slice(0, 200) });
  image.addEventListener("load", () => URL.revokeObjectURL(url), { once: true });
  return el(
    "li",
    { class: "tile-card", data: { id: about.id } },
    el("button", { type: "button", class: "thumb", on: { click: () => showPicture(about) } }, image),
    el("p", { class: "words" }, words),
    el("p", { class: "hint" }, nameOf(about.model)),
    el("p", { class: "hint" }, moment(about.created)),
    button({ name: "trash", label: t("history.delete"), kind: "bare delete", press: () => drop(about.id) }),
  );
}

async function drop(id) {
  await forget(id);
  note(t("history.deleted"));
  tell("archive");
  byId("history-title").scrollIntoView({ block: "nearest" });
}

async function clear() {
  if (!confirm(t("history.clearAsk"))) return;
  await forgetAll();
  tell("archive");
}
