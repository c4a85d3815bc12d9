/** Sizes and ratios, by the service's own rules. */

const STEP = 16;
const MEGAPIXEL = 1024 * 1024;
const LONGEST = 1920;
const STEEPEST = 4;

/** The ratios people name, and their sizes. */
export const PRESETS = [
  ["1:1", 1024, 1024],
  ["5:4", 960, 768],
  ["4:3", 1024, 768],
  ["3:2", 768, 512],
  ["16:9", 1024, 576],
  ["2:1", 1024, 512],
  ["21:9", 1344, 576],
  ["4:5", 768, 960],
  ["3:4", 768, 1024],
  ["2:3", 512, 768],
  ["9:16", 576, 1024],
  ["1:2", 512, 1024],
];

/** Answer the name of the preset with this size, or "custom". */
export const presetOf = (width, height) =>
  PRESETS.find(([, w, h]) => w === width && h === height)?.[0] ?? "custom";

/** Say whether a model's ranges allow this size. */
export function allowed({ ranges }, width, height) {
  return inside(ranges.width, width) && inside(ranges.height, height);
}

const inside = ({ min, max }, side) => side >= min && side <= max;

/** Answer the size for a ratio such as "16:10", about a megapixel; null for one that is none, or too steep. */
export function sizeOfRatio(text) {
  const match = /^\s*(\d{1,4})\s*[:：/x×]\s*(\d{1,4})\s*$/.exec(text);
  if (!match) return null;
  const [across, down] = [Number(match[1]), Number(match[2])];
  const known = PRESETS.find(([name]) => name === `${across}:${down}`);
  if (known) return { width: known[1], height: known[2] };
  if (!across || !down || Math.max(across / down, down / across) > STEEPEST) return null;
  const scale = Math.min(Math.sqrt(MEGAPIXEL / (across * down)), LONGEST / Math.max(across, down));
  return { width: toStep(across * scale), height: toStep(down * scale) };
}

/** Answer the multiple of 16 nearest to *side* that a range allows. */
export const fitSide = ({ min, max }, side) => Math.min(max, Math.max(min, toStep(side) || min));

const toStep = (side) => Math.round(side / STEP) * STEP;
