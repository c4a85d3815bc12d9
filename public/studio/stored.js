/** The gallery of the server: what is stored there, and for how much longer. */

import { note } from "./announce.js";
import { remove, stored } from "./api.js";
import { byId, button, el, fill, icon } from "./dom.js";
import { failureCard } from "./failures.js";
import { clock, rendering, t } from "./language.js";
import { nameOf } from "./models.js";
import { showPicture } from "./result_card.js";
import { key, on, server } from "./state.js";

let pictures = [];
let next = null;
let failure = null;
let loaded = false;

/** Ask for what is stored whenever the gallery is opened, and let the remaining time run. */
export function startStored() {
  on("view-gallery drawn key-state", () => refresh());
  rendering(render);
  setInterval(tick, 1000);
}

async function refresh(cursor = null) {
  if (byId("view-gallery").hidden || server.keyState === "checking") return;
  try {
    const page = await stored(cursor);
    pictures = cursor ? [...pictures, ...page.data] : page.data;
    next = page.has_more ? page.next_cursor : null;
    failure = null;
  } catch (error) {
    failure = error;
  }
  loaded = true;
  render();
}

const alive = () => pictures.filter(({ expires_at: end }) => end * 1000 > Date.now());

function render() {
  const living = alive();
  const nothing = () => el("p", { class: "nothing" }, loaded ? t("stored.empty") : t("stored.loading"));
  fill(byId("stored-tools"), button({ name: "again", text: t("stored.refresh"), press: () => refresh() }));
  fill(
    byId("stored"),
    failure
      ? failureCard(failure, () => refresh())
      : living.length
        ? el("ul", { class: "tiles" }, living.map(tile))
        : nothing(),
    !failure && next && button({ text: t("more"), kind: "secondary", press: () => refresh(next) }),
  );
  tick();
}

function tile(picture) {
  const left = el("span", {
    class: "left",
    data: { end: picture.expires_at, all: picture.expires_at - picture.created },
  });
  const image = el("img", {
    src: `/image/${picture.id}`,
    alt: picture.prompt.slice(0, 200),
    loading: "lazy",
  });
  return el(
    "li",
    { class: "tile-card", data: { id: picture.id } },
    el("button", { type: "button", class: "thumb", on: { click: () => open(picture) } }, image),
    el("p", { class: "words" }, picture.prompt),
    el("p", { class: "hint" }, nameOf(picture.model)),
    el("p", { class: "life" }, icon("clock"), left),
    button({ name: "trash", label: t("stored.delete"), kind: "bare delete", press: () => drop(picture) }),
  );
}

async function open(picture) {
  try {
    const blob = await (await fetch(`/image/${picture.id}`)).blob();
    const about = {
      ...picture,
      key: picture.id,
      created: picture.created * 1000,
      asked: { width: picture.width, height: picture.height },
    };
    await showPicture(about, blob);
  } catch {
    note(t("error.network"));
  }
}

async function drop(picture) {
  try {
    await remove(picture.id);
    note(t("stored.deleted"));
    // KV goes on listing it for a while.
    pictures = pictures.filter(({ id }) => id !== picture.id);
  } catch (error) {
    failure = error;
  }
  render();
}

function tick() {
  if (byId("view-gallery").hidden || !key.get()) return;
  for (const left of byId("stored").querySelectorAll(".left")) {
    const seconds = Math.round(left.dataset.end - Date.now() / 1000);
    if (seconds <= 0) left.closest("li").remove();
    left.textContent = t("stored.left", { time: clock(seconds) });
    left.closest("li")?.classList.toggle("ending", seconds < 120);
  }
}
