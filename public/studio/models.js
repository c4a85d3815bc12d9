/** The choice of a model, and what each can do. */

import { el, fill } from "./dom.js";
import { dollarsOf } from "./costs.js";
import { number, rendering, t } from "./language.js";
import { change, chosenModel, order, server } from "./state.js";

/** Show the choice of a model in *host*. */
export function startModels(host) {
  rendering(() => render(host), "models");
}

/** Answer the last part of a model's id, which clients may use for it. */
export const shortId = (id) => id.split("/").at(-1);

/** Answer a model's name, or its short id where the server no longer has it. */
export const nameOf = (id) => server.models.find((model) => model.id === id)?.name ?? shortId(id ?? "");

/** Change to a model; steps and guidance go back to its own. */
export function chooseModel(id) {
  change({ model: id, steps: null, guidance: null });
}

/** Answer the cheapest model that fits *test*, the chosen one's family first. */
export function modelThat(test) {
  const owner = chosenModel()?.owned_by;
  const rank = (model) => [model.owned_by === owner ? 0 : 1, model.pricing.neurons_per_image ?? Infinity];
  return server.models.filter(test).sort((a, b) => rank(a)[0] - rank(b)[0] || rank(a)[1] - rank(b)[1])[0];
}

function render(host) {
  const select = el("select", {
    id: "model",
    disabled: !server.models.length,
    on: {
      change: () => {
        chooseModel(select.value);
        fill(facts, factsOf(chosenModel()));
      },
    },
  });
  fill(select, server.models.length ? server.models.map(option) : el("option", {}, t("model.unknown")));
  const model = chosenModel();
  if (model) select.value = model.id;
  const facts = el("ul", { class: "facts", "aria-label": t("model.can") }, model && factsOf(model));
  fill(
    host,
    el("div", { class: "row" }, el("h2", {}, el("label", { for: "model" }, t("model.title")))),
    select,
    facts,
    server.models.length > 1 && comparison(),
  );
}

const option = (model) => el("option", { value: model.id, selected: model.id === order.model }, model.name);

/** Keep the select true when the model is changed from elsewhere. */
export function showChosen() {
  const select = document.getElementById("model");
  if (!select || !chosenModel() || select.value === order.model) return;
  select.value = order.model;
  fill(select.parentElement.querySelector(".facts"), factsOf(chosenModel()));
}

function factsOf({ ranges, supports }) {
  const { references, guidance } = ranges;
  return [
    el("li", {}, sizesOf(ranges)),
    el("li", {}, t("fact.steps", { steps: span(ranges.steps) })),
    fact(references.max > 0, t("fact.references", { count: references.max }), t("fact.noReferences")),
    fact(supports.seed, t("fact.seed"), t("fact.noSeed")),
    guidance && el("li", {}, t("fact.guidance", { range: span(guidance) })),
    supports.negative_prompt && el("li", {}, t("fact.negative")),
    supports.structured_prompt && el("li", {}, t("fact.structured")),
  ];
}

const fact = (has, yes, no) => el("li", { class: has ? undefined : "not" }, has ? yes : no);
const span = ({ min, max }) => (min === max ? number(min) : `${number(min)}–${number(max)}`);

function sizesOf({ width, height }) {
  if (width.min === width.max) return t("fact.fixedSize", { size: `${width.min}×${height.min}` });
  return t("fact.sizes", { min: width.min, max: width.max });
}

function comparison() {
  const heads = ["model.title", "compare.sizes", "compare.steps", "compare.references", "compare.cost"];
  const row = (model) => {
    const { ranges, pricing } = model;
    const neurons = pricing.neurons_per_image;
    const cost = neurons ? `$${number(dollarsOf(model, neurons), { maximumSignificantDigits: 2 })}` : "–";
    const size =
      ranges.width.min === ranges.width.max
        ? `${ranges.width.max}`
        : `${ranges.width.min}–${ranges.width.max}`;
    return el(
      "tr",
      { class: model.id === order.model ? "chosen" : undefined },
      el("th", { scope: "row" }, model.name),
      [size, span(ranges.steps), ranges.references.max || "–", cost].map((text) =>
        el("td", {}, String(text)),
      ),
    );
  };
  return el(
    "details",
    {},
    el("summary", {}, t("compare.title")),
    el(
      "div",
      { class: "scroll", tabIndex: 0, role: "region", "aria-label": t("compare.title") },
      el(
        "table",
        {},
        el(
          "thead",
          {},
          el(
            "tr",
            {},
            heads.map((name) => el("th", { scope: "col" }, t(name))),
          ),
        ),
        el("tbody", {}, server.models.map(row)),
      ),
    ),
    el("p", { class: "hint" }, t("compare.hint")),
  );
}
