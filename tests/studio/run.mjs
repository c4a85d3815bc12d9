// Runs the studio's scenarios in Chromium: `node tests/studio/run.mjs`, driven by conftest.py.
//
// Standard input is one JSON object: the `key`, the path of `chromium`, the folder for `artefacts`, and the
// `lanes`, which run at the same time: each the addresses `main`, `bare` and `standIn`, and the `wanted`
// scenarios' names. Each outcome is one line of JSON on standard output: {name, error, seconds}.

import { createRequire } from "node:module";
import { readFileSync } from "node:fs";
import { Contexts, Studio, registered } from "./harness.mjs";
import "./scenarios/drawing.mjs";
import "./scenarios/errors.mjs";
import "./scenarios/gallery.mjs";
import "./scenarios/page.mjs";

// Chromium at rest: no graphics card, and nothing asked of anybody.
const ARGUMENTS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

const { chromium } = createRequire(import.meta.url)("playwright-core");
const { lanes, ...common } = JSON.parse(readFileSync(0, "utf8"));
await Promise.all(lanes.map((lane) => runLane({ ...common, ...lane })));

async function runLane(order) {
  const browser = await chromium.launch({ executablePath: order.chromium, args: ARGUMENTS });
  const contexts = new Contexts(browser);
  try {
    for (const name of order.wanted) {
      const started = performance.now();
      const error = await attempt(registered.get(name), contexts, order);
      console.log(JSON.stringify({ name, error, seconds: (performance.now() - started) / 1000 }));
    }
  } finally {
    await browser.close();
  }
}

async function attempt({ options, work }, contexts, order) {
  const studio = new Studio(contexts, order, options);
  try {
    await studio.start();
    await work(studio);
    studio.checkManners();
    return null;
  } catch (error) {
    await studio.keepFailure();
    return `${error.stack ?? error}\n${studio.noticed()}`;
  } finally {
    await studio.end();
  }
}
