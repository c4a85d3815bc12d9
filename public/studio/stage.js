/** The stage before anything is drawn, and below it what this browser drew last. */

import { newest } from "./archive.js";
import { byId, button, el, fill, icon } from "./dom.js";
import { rendering, t } from "./language.js";
import { usePrompt } from "./prompt.js";
import { promptText, showPicture } from "./result_card.js";
import { on } from "./state.js";

const LATEST = 8;
const EXAMPLES = ["example.1", "example.2", "example.3"];

/** Show the empty stage, and the latest pictures whenever one is added. */
export function startStage() {
  rendering(() => {
    const stage = byId("stage");
    if (!stage.childElementCount || stage.querySelector(".empty")) fill(stage, emptyStage());
    showLatest();
  });
  on("drawn archive", showLatest);
}

function emptyStage() {
  return el(
    "div",
    { class: "empty" },
    icon("brush"),
    el("p", { class: "lead" }, t("stage.empty")),
    el("p", { class: "hint" }, t("stage.try")),
    el(
      "div",
      { class: "examples" },
      EXAMPLES.map((name) =>
        button({
          text: t(name),
          kind: "example",
          press: () => {
            usePrompt(t(name));
            byId("prompt-part").querySelector("textarea").focus();
          },
        }),
      ),
    ),
  );
}

async function showLatest() {
  const pictures = await newest(LATEST).catch(() => []);
  document.getElementById("latest")?.remove();
  if (!pictures.length) return;
  const strip = el(
    "nav",
    { id: "latest", class: "latest", "aria-label": t("stage.latest") },
    el(
      "div",
      { class: "row" },
      el("h2", {}, t("stage.latest")),
      el("a", { href: "#/gallery" }, t("stage.all")),
    ),
    el("div", { class: "strip" }, pictures.map(thumb)),
  );
  byId("stage").after(strip);
}

function thumb(about) {
  const url = URL.createObjectURL(about.thumb);
  const image = el("img", { src: url, alt: promptText(about.prompt).slice(0, 200) });
  image.addEventListener("load", () => URL.revokeObjectURL(url), { once: true });
  return el("button", { type: "button", class: "thumb", on: { click: () => showPicture(about) } }, image);
}
