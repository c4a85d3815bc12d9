/** The studio: puts its parts to work, shows one view at a time, and knows the keyboard. */

import { note } from "./announce.js";
import { startConnect } from "./connect.js";
import { dollarsOf, neuronsOf } from "./costs.js";
import { cancelDrawing, startDrawing } from "./drawing.js";
import { byId, el, fill } from "./dom.js";
import { startHistory } from "./history.js";
import { startKey, startWelcome } from "./key_form.js";
import {
  LANGUAGES,
  chooseLanguage,
  currentLanguage,
  number,
  rendering,
  startLanguage,
  t,
} from "./language.js";
import { showChosen, startModels } from "./models.js";
import { effectiveSteps, startOptions } from "./options.js";
import { focusPrompt, startPrompt, usePrompt } from "./prompt.js";
import { addReferences, referenceSizes, startReferences } from "./references.js";
import { startSetup } from "./setup.js";
import { effectiveSize, startSizes } from "./size_part.js";
import { startStage } from "./stage.js";
import { change, chosenModel, on, order, server, tell } from "./state.js";
import { startStored } from "./stored.js";

const VIEWS = ["draw", "gallery", "connect", "setup"];

/** How far down each view was when it was left. */
const places = {};
let place = 0;

function showView() {
  const wanted = location.hash.slice(2);
  const view = VIEWS.includes(wanted) ? wanted : "draw";
  if (document.body.dataset.view) places[document.body.dataset.view] = place;
  for (const name of VIEWS) byId(`view-${name}`).hidden = name !== view;
  for (const link of document.querySelectorAll(".tabs a")) {
    if (link.dataset.view === view) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
  document.body.dataset.view = view;
  scrollTo(0, places[view] ?? 0);
  tell(`view-${view}`);
}

function showCost() {
  const model = chosenModel();
  const host = byId("cost");
  if (!model) return fill(host);
  const each = neuronsOf(model, effectiveSize(), effectiveSteps(), referenceSizes());
  if (each === null) return fill(host, el("span", {}, t("cost.unknown")));
  const neurons = each * order.count;
  const text = t("cost.about", {
    neurons: number(neurons, { maximumFractionDigits: neurons < 100 ? 1 : 0 }),
    dollars: number(dollarsOf(model, neurons), { maximumSignificantDigits: 2 }),
  });
  fill(host, el("span", {}, text), el("span", { class: "hint" }, t("cost.hint")));
}

/** Take over everything from a picture that was drawn before. */
function drawAgain({ prompt, model, asked, steps, guidance, negative, seed }) {
  const isOffered = server.models.some(({ id }) => id === model);
  change({
    ...(isOffered && { model }),
    ...asked,
    steps: steps ?? null,
    guidance: guidance ?? null,
    negative: negative ?? "",
    seedFixed: seed !== null && seed !== undefined,
    seed: seed ?? 0,
    count: 1,
  });
  tell("options");
  usePrompt(prompt);
  focusPrompt();
  note(t("again.ready"));
}

function focusKey() {
  location.hash = "/draw";
  setTimeout(() => (document.querySelector("#welcome .key") ?? byId("draw")).focus());
}

function onKey(event) {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && !byId("view-draw").hidden) {
    event.preventDefault();
    startDrawing();
  } else if (event.key === "Escape" && !byId("viewer").open && cancelDrawing()) {
    event.preventDefault();
  }
}

function startLanguages() {
  const select = byId("language");
  fill(
    select,
    Object.entries(LANGUAGES).map(([code, name]) => el("option", { value: code }, name)),
  );
  select.addEventListener("change", () => chooseLanguage(select.value));
  rendering(() => (select.value = currentLanguage()));
}

startLanguages();
startWelcome(byId("welcome"));
startPrompt(byId("prompt-part"));
startModels(byId("model-part"));
startSizes(byId("size-part"));
startReferences(byId("references-part"));
startOptions(byId("options-part"));
startStage();
startHistory();
startStored();
startConnect(byId("connect"));
rendering(showCost, "models order references");
on("order", ({ model }) => model && showChosen());
on("again", drawAgain);
on("reference", (blob) => addReferences([blob]));
on("focus-key", focusKey);
on("focus-prompt", () => focusPrompt());

byId("order").addEventListener("submit", (event) => {
  event.preventDefault();
  startDrawing();
});
byId("cancel").addEventListener("click", cancelDrawing);
byId("viewer").addEventListener("click", ({ target }) => target === byId("viewer") && byId("viewer").close());
document.addEventListener("keydown", onKey);
addEventListener("hashchange", showView);
addEventListener("scroll", () => (place = scrollY), { passive: true });
if (/Mac|iPhone|iPad/.test(navigator.platform)) byId("draw-keys").textContent = "⌘ ↵";

await startLanguage();
showView();
await Promise.all([startSetup(), startKey()]);
