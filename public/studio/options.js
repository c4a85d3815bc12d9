/** How many pictures, steps, seed, guidance, and what to keep out. */

import { button, choice, el, field, fill } from "./dom.js";
import { number, rendering, t } from "./language.js";
import { change, chosenModel, on, order } from "./state.js";

const MAX_COUNT = 10;
const MAX_SEED = 2 ** 32 - 1;

let host;

/** Show the options in *element*. */
export function startOptions(element) {
  host = element;
  rendering(render, "models options");
  on("order", ({ model }) => model && render());
}

/** Answer the steps that will be done. */
export function effectiveSteps() {
  const range = chosenModel()?.ranges.steps;
  return range ? Math.min(range.max, Math.max(range.min, order.steps ?? range.default)) : order.steps;
}

/** Answer the request's fields for what the chosen model takes. */
export function optionFields() {
  const { ranges, supports } = chosenModel();
  return {
    n: order.count,
    ...(ranges.steps.min < ranges.steps.max && { steps: effectiveSteps() }),
    ...(supports.seed && order.seedFixed && { seed: order.seed }),
    ...(ranges.guidance && order.guidance !== null && { guidance: order.guidance }),
    ...(supports.negative_prompt && order.negative.trim() && { negative_prompt: order.negative.trim() }),
  };
}

function render() {
  const model = chosenModel();
  fill(
    host,
    el(
      "div",
      { class: "pairs" },
      countField(),
      model && model.ranges.steps.min < model.ranges.steps.max && stepsField(model.ranges.steps),
    ),
    model?.supports.seed && seedField(),
    model?.ranges.guidance && guidanceField(model.ranges.guidance),
    model?.supports.negative_prompt && negativeField(),
  );
}

function countField() {
  const show = (value) => {
    change({ count: value });
    input.value = value;
    fewer.disabled = value <= 1;
    more.disabled = value >= MAX_COUNT;
  };
  const clamp = (value) => Math.min(MAX_COUNT, Math.max(1, Math.round(value) || 1));
  const input = el("input", {
    type: "number",
    id: "count",
    min: 1,
    max: MAX_COUNT,
    value: order.count,
    inputMode: "numeric",
  });
  input.addEventListener("change", () => show(clamp(Number(input.value))));
  const fewer = button({
    name: "minus",
    label: t("count.fewer"),
    kind: "bare",
    disabled: order.count <= 1,
    press: () => show(clamp(order.count - 1)),
  });
  const more = button({
    name: "plus",
    label: t("count.more"),
    kind: "bare",
    disabled: order.count >= MAX_COUNT,
    press: () => show(clamp(order.count + 1)),
  });
  return el(
    "div",
    { class: "field" },
    el("label", { class: "label", for: "count" }, t("count.title")),
    el("div", { class: "stepper" }, fewer, input, more),
  );
}

function stepsField(range) {
  const shown = el("output", { class: "value" }, number(effectiveSteps()));
  const slider = el("input", {
    type: "range",
    id: "steps",
    min: range.min,
    max: range.max,
    value: effectiveSteps(),
  });
  slider.addEventListener("input", () => {
    change({ steps: Number(slider.value) });
    shown.textContent = number(slider.value);
  });
  return el(
    "div",
    { class: "field" },
    el("div", { class: "row" }, el("label", { class: "label", for: "steps" }, t("steps.title")), shown),
    slider,
  );
}

function seedField() {
  const input = el("input", {
    type: "number",
    min: 0,
    max: MAX_SEED,
    value: order.seed,
    inputMode: "numeric",
    "aria-label": t("seed.title"),
  });
  input.addEventListener("change", () => {
    const seed = Math.min(MAX_SEED, Math.max(0, Math.round(Number(input.value)) || 0));
    input.value = seed;
    change({ seed });
  });
  const roll = () => {
    change({ seedFixed: true, seed: crypto.getRandomValues(new Uint32Array(1))[0] });
    render();
    host.querySelector(".seed button").focus();
  };
  const turn = (mode) => {
    change({ seedFixed: mode === "fixed" });
    render();
    host.querySelector(`input[value="${mode}"]`).focus();
  };
  const options = [
    ["random", t("seed.random")],
    ["fixed", t("seed.fixed")],
  ];
  return el(
    "div",
    { class: "seed" },
    choice({
      label: t("seed.title"),
      name: "seed-mode",
      value: order.seedFixed ? "fixed" : "random",
      options,
      change: turn,
    }),
    order.seedFixed ? input : el("p", { class: "hint" }, t("seed.each")),
    button({ name: "dice", label: t("seed.roll"), press: roll }),
  );
}

function guidanceField(range) {
  const input = el("input", {
    type: "number",
    min: range.min,
    max: range.max,
    step: 0.5,
    value: order.guidance ?? "",
    placeholder: range.default === null ? t("guidance.own") : number(range.default),
    inputMode: "decimal",
  });
  input.addEventListener("change", () => {
    const guidance =
      input.value === "" ? null : Math.min(range.max, Math.max(range.min, Number(input.value)));
    input.value = guidance ?? "";
    change({ guidance });
  });
  return field(
    t("guidance.title", { min: number(range.min), max: number(range.max) }),
    input,
    t("guidance.hint"),
  );
}

function negativeField() {
  const input = el("input", { type: "text", value: order.negative, placeholder: t("negative.example") });
  input.addEventListener("input", () => change({ negative: input.value }));
  return field(t("negative.title"), input);
}
