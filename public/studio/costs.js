/** What a picture will cost, before it is drawn. */

const TILE = 512;
const MEGAPIXEL = 1024 * 1024;

const tilesOf = ({ width, height }) => Math.ceil(width / TILE) * Math.ceil(height / TILE);
const pixelsOf = ({ width, height }) => width * height;

/**
 * Estimate the neurons of one picture; null where no price is published. *inputs* are the sizes of the
 * references as they are sent. With the model's `pricing.rates` this is Cloudflare's own rule; without
 * them the cost of its usual picture is scaled by area and steps.
 */
export function neuronsOf(model, size, steps, inputs = []) {
  const { rates, neurons_per_image: usual } = model.pricing;
  if (rates) return byRates(rates, size, steps, inputs);
  if (usual === null || usual === undefined) return null;
  const { width, height, steps: range } = model.ranges;
  const usualTiles = tilesOf({ width: width.default, height: height.default });
  return usual * (tilesOf(size) / usualTiles) * (range.min === range.max ? 1 : steps / range.default);
}

function byRates(rates, size, steps, inputs) {
  const rate = (name) => rates[name] ?? 0;
  const inputTiles = inputs.reduce((sum, input) => sum + tilesOf(input), 0);
  const inputMegapixels = inputs.reduce((sum, input) => sum + pixelsOf(input), 0) / MEGAPIXEL;
  return (
    tilesOf(size) * (rate("output_tile") + steps * rate("output_tile_step")) +
    inputTiles * (rate("input_tile") + steps * rate("input_tile_step")) +
    steps * rate("step") +
    rate("first_megapixel") +
    Math.max(0, pixelsOf(size) / MEGAPIXEL - 1) * rate("further_megapixel") +
    inputMegapixels * rate("input_megapixel")
  );
}

/** Answer the dollars of so many neurons. */
export const dollarsOf = (model, neurons) =>
  (neurons / 1000) * Number(model.pricing.usd_per_1000_neurons ?? 0.011);
