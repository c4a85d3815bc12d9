/** Reference pictures: brought by drag, paste or file, put in order, and made small enough. */

import { note, say } from "./announce.js";
import { button, el, fill } from "./dom.js";
import { rendering, t } from "./language.js";
import { chooseModel, modelThat } from "./models.js";
import { sentSize, shrunk, sizeOf } from "./pictures.js";
import { chosenModel, on, tell } from "./state.js";

const MOST = 4;
const takesPictures = (model) => model.ranges.references.max > 0;

let host;
let held = [];
let dragged = null;

/** Show the references in *element*, and take what is dropped on or pasted into the page. */
export function startReferences(element) {
  host = element;
  rendering(render, "models");
  on("order", ({ model }) => model && render());
  document.addEventListener("dragover", onDragOver);
  document.addEventListener("drop", onDrop);
  document.addEventListener(
    "dragleave",
    ({ relatedTarget }) => relatedTarget ?? document.body.classList.remove("dropping"),
  );
  document.addEventListener("paste", ({ clipboardData }) => take(clipboardData?.files ?? []));
}

/** Answer the sizes in which the references are sent. */
export function referenceSizes() {
  const side = chosenModel()?.ranges.references.side_below;
  return held.map(({ size }) => sentSize(size, side));
}

/** Answer the references, small enough for *model*. */
export function preparedReferences(model) {
  return Promise.all(held.map(({ blob }) => shrunk(blob, model.ranges.references.side_below)));
}

/** Take pictures as references, and change to a model that takes them where the chosen one does not. */
export async function addReferences(blobs) {
  for (const blob of blobs) {
    if (held.length === MOST) {
      note(t("references.full", { count: MOST }));
      break;
    }
    try {
      const size = await sizeOf(blob);
      held.push({ blob, size, url: URL.createObjectURL(blob), name: blob.name ?? "" });
    } catch {
      note(t("references.notAPicture", { name: blob.name ?? "" }));
    }
  }
  const model = chosenModel();
  const other = model && held.length && !takesPictures(model) && modelThat(takesPictures);
  if (other) {
    chooseModel(other.id);
    note(t("references.switched", { model: other.name }));
  }
  changed();
}

function changed() {
  render();
  tell("references");
}

function onDragOver(event) {
  if (!event.dataTransfer.types.includes("Files")) return;
  event.preventDefault();
  document.body.classList.add("dropping");
}

function onDrop(event) {
  document.body.classList.remove("dropping");
  if (!event.dataTransfer.files.length) return;
  event.preventDefault();
  take(event.dataTransfer.files);
}

function take(files) {
  if (!files.length) return;
  location.hash = "/draw";
  addReferences([...files]);
}

function render() {
  const model = chosenModel();
  const input = el("input", {
    type: "file",
    accept: "image/*",
    multiple: true,
    class: "unseen",
    id: "reference-file",
  });
  input.addEventListener("change", () => addReferences([...input.files]));
  fill(
    host,
    el(
      "div",
      { class: "row" },
      el("h2", {}, t("references.title")),
      el("span", { class: "value" }, `${held.length} / ${MOST}`),
    ),
    held.length > 0 && el("ol", { class: "references" }, held.map(item)),
    held.length < MOST &&
      el(
        "label",
        { class: "drop" },
        input,
        el("span", {}, t("references.add")),
        el("span", { class: "hint" }, t("references.hint")),
      ),
    model &&
      held.length > 0 &&
      !takesPictures(model) &&
      el("p", { class: "problem" }, t("references.notTaken", { model: model.name })),
  );
}

function item(reference, index) {
  const named = { number: index + 1 };
  const { width, height } = sentSize(reference.size, chosenModel()?.ranges.references.side_below);
  const moved = (by) => () => move(index, index + by);
  const row = el(
    "li",
    { draggable: true },
    el("img", { src: reference.url, alt: t("references.picture", named), draggable: false }),
    el("span", { class: "number", "aria-hidden": "true" }, String(index + 1)),
    el("span", { class: "sent" }, `${width}×${height}`),
    el(
      "span",
      { class: "moves" },
      button({
        name: "left",
        label: t("references.earlier", named),
        kind: "bare",
        disabled: index === 0,
        press: moved(-1),
      }),
      button({
        name: "right",
        label: t("references.later", named),
        kind: "bare",
        disabled: index === held.length - 1,
        press: moved(1),
      }),
      button({ name: "cross", label: t("references.remove", named), kind: "bare", press: () => drop(index) }),
    ),
  );
  row.addEventListener("dragstart", (event) => {
    dragged = index;
    event.dataTransfer.effectAllowed = "move";
    event.dataTransfer.setData("text/plain", String(index));
  });
  row.addEventListener("dragover", (event) => dragged !== null && event.preventDefault());
  row.addEventListener("dragend", () => (dragged = null));
  row.addEventListener("drop", () => dragged !== null && move(dragged, index));
  return row;
}

function move(from, to) {
  held.splice(to, 0, ...held.splice(from, 1));
  dragged = null;
  changed();
  say(t("references.moved", { from: from + 1, to: to + 1 }));
  const moves = host.querySelectorAll("li")[to].querySelectorAll("button:not(:disabled)");
  (to < from ? moves[0] : moves[moves.length - 2]).focus();
}

function drop(index) {
  URL.revokeObjectURL(held[index].url);
  held = held.filter((_, other) => other !== index);
  changed();
  host.querySelector("button, input[type=file]")?.focus();
}
