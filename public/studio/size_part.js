/** The picture's size: a named ratio, a ratio of one's own, or a width and a height. */

import { button, el, field, fill } from "./dom.js";
import { rendering, t } from "./language.js";
import { chooseModel, modelThat } from "./models.js";
import { PRESETS, allowed, fitSide, presetOf, sizeOfRatio } from "./sizes.js";
import { change, chosenModel, on, order } from "./state.js";

let host;
let custom = false;

/** Show the sizes in *element*. */
export function startSizes(element) {
  host = element;
  rendering(render, "models");
  on("order", ({ model, width }) => (model || width) && render());
}

/** Answer the size that will be drawn: the one chosen, as far as the model goes. */
export function effectiveSize() {
  const ranges = chosenModel()?.ranges;
  const { width, height } = order;
  return ranges
    ? { width: fitSide(ranges.width, width), height: fitSide(ranges.height, height) }
    : { width, height };
}

function render() {
  const focused = host.contains(document.activeElement) ? document.activeElement.value : null;
  const { width, height } = effectiveSize();
  const model = chosenModel();
  const isFixed = model && model.ranges.width.min === model.ranges.width.max;
  const preset = custom && !isFixed ? "custom" : presetOf(width, height);
  custom = preset === "custom";
  fill(
    host,
    el(
      "div",
      { class: "row" },
      el("h2", {}, t("size.title")),
      el("output", { class: "value", id: "size" }, `${width} × ${height}`),
    ),
    el(
      "fieldset",
      { class: "presets" },
      el("legend", { class: "unseen" }, t("size.ratio")),
      PRESETS.map(([name, w, h]) =>
        tile(name, name, shape(w, h), preset, model && !allowed(model, w, h), () => take(w, h)),
      ),
      tile("custom", t("size.custom"), null, preset, isFixed, () => {
        custom = true;
        render();
      }),
    ),
    isFixed && fixedHint(model),
    custom && customFields(width, height, model),
  );
  if (focused)
    [...host.querySelectorAll("input[type=radio]")].find(({ value }) => value === focused)?.focus();
}

function take(width, height) {
  custom = false;
  change({ width, height });
}

function tile(value, text, drawing, chosen, disabled, choose) {
  const input = el("input", {
    type: "radio",
    name: "ratio",
    value,
    checked: value === chosen,
    disabled,
    on: { change: choose },
  });
  return el(
    "label",
    { class: drawing ? "tile" : "tile wide" },
    input,
    el("span", {}, drawing, el("span", {}, text)),
  );
}

/** Draw a small frame of a ratio. */
function shape(width, height) {
  const frame = el("i", { class: "shape", "aria-hidden": "true" });
  const scale = 18 / Math.max(width, height);
  frame.style.width = `${Math.round(width * scale)}px`;
  frame.style.height = `${Math.round(height * scale)}px`;
  return frame;
}

function fixedHint(model) {
  const other = modelThat(({ ranges }) => ranges.width.min < ranges.width.max);
  return el(
    "p",
    { class: "hint" },
    t("size.fixed", { model: model.name, size: `${model.ranges.width.max}×${model.ranges.height.max}` }),
    other && " ",
    other &&
      button({
        text: t("model.switch", { model: other.name }),
        kind: "text",
        press: () => chooseModel(other.id),
      }),
  );
}

function customFields(width, height, model) {
  const side = (name, value) => {
    const range = model?.ranges[name];
    const input = el("input", {
      type: "number",
      value,
      step: 16,
      min: range?.min,
      max: range?.max,
      inputMode: "numeric",
    });
    // Taken when the number is whole, so that typing "1024" is not cut short at "10".
    input.addEventListener("change", () =>
      change({ width, height, [name]: fitSide(range ?? { min: 256, max: 1920 }, Number(input.value)) }),
    );
    return field(t(`size.${name}`), input);
  };
  const ratio = el("input", { type: "text", placeholder: "16:10", inputMode: "text", autocomplete: "off" });
  ratio.addEventListener("change", () => {
    const size = sizeOfRatio(ratio.value);
    ratio.toggleAttribute("aria-invalid", !size && ratio.value !== "");
    if (size) {
      custom = true;
      change(size);
    }
  });
  return el(
    "div",
    { class: "triple" },
    side("width", width),
    side("height", height),
    field(t("size.ratio"), ratio),
  );
}
