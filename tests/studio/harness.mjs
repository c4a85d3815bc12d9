// What the scenarios share: a fresh page for each, the stand-in's controls, and the rules that hold for all.

import assert from "node:assert/strict";
import { createRequire } from "node:module";

const require = createRequire(import.meta.url);

/** Every scenario, by its name. */
export const registered = new Map();

/**
 * Register a scenario. *options* go to the browser's context; of them `site` chooses the Worker, `axe` brings
 * axe-core into the page, and `fresh` wants a context that nobody had before.
 */
export function scenario(name, ...rest) {
  const work = rest.pop();
  registered.set(name, { options: rest[0] ?? {}, work });
}

/**
 * The browser's profiles, one for each way of looking at the page. Scenarios that look alike share one, emptied
 * in between: a new one for each takes as long as the scenario itself.
 */
export class Contexts {
  #browser;
  #open = new Map();

  constructor(browser) {
    this.#browser = browser;
  }

  async open(url, { axe = false, fresh, ...options }) {
    const kind = JSON.stringify({ url, axe, fresh, ...options });
    if (!this.#open.has(kind)) this.#open.set(kind, await this.#make(url, axe, options));
    return this.#open.get(kind);
  }

  async #make(url, axe, options) {
    const viewport = { width: 1440, height: 900 };
    const context = await this.#browser.newContext({
      locale: "en-GB",
      viewport,
      reducedMotion: "reduce",
      ...options,
    });
    context.setDefaultTimeout(8000);
    await context.grantPermissions(["clipboard-read", "clipboard-write"], { origin: url });
    if (axe) await context.addInitScript({ path: require.resolve("axe-core/axe.min.js") });
    return context;
  }

  /** Close the page and forget what it kept. */
  async clear(page, origin) {
    const session = await page.context().newCDPSession(page);
    await page.goto("about:blank");
    await session.send("Storage.clearDataForOrigin", { origin, storageTypes: "local_storage,indexeddb" });
    await page.close();
  }
}

/** A page of the studio, watched. */
export class Studio {
  #contexts;
  #options;
  #outside = [];
  #problems = [];

  constructor(contexts, order, { site = "main", ...options }) {
    Object.assign(this, order, { url: order[site] });
    this.#contexts = contexts;
    this.#options = options;
  }

  async start() {
    await this.control({ reset: true });
    this.context = await this.#contexts.open(this.url, this.#options);
    this.page = await this.context.newPage();
    this.page.on("request", (request) => {
      const url = new URL(request.url());
      if (/^https?:$/.test(url.protocol) && url.origin !== this.url) this.#outside.push(request.url());
    });
    this.page.on("pageerror", (error) => this.#problems.push(`error: ${error.stack}`));
    this.page.on("console", (message) => {
      // A failed request is told of by the studio; what the browser refuses is a matter of the policy.
      if (message.type() === "error" && !/^Failed to load resource/.test(message.text()))
        this.#problems.push(`console: ${message.text()}`);
    });
    await this.page.goto(this.url);
    await this.page.waitForFunction(() => document.querySelector("#prompt-part textarea"));
  }

  /** No request leaves the page's origin, no script fails, and the policy is kept. */
  checkManners() {
    assert.deepEqual(this.#outside, []);
    assert.deepEqual(this.#problems, []);
  }

  noticed() {
    return [...this.#outside, ...this.#problems].join("\n");
  }

  async keepFailure() {
    await this.page?.screenshot({ path: `${this.artefacts}/failure-${Date.now()}.png` }).catch(() => {});
  }

  async end() {
    if (this.page) await this.#contexts.clear(this.page, this.url);
  }

  async shot(name, options = {}) {
    await this.page.screenshot({ path: `${this.artefacts}/${name}.png`, ...options });
  }

  /** Order the stand-in about; see simulator/control.py. */
  async control(order) {
    const response = await fetch(`${this.standIn}/control`, { method: "POST", body: JSON.stringify(order) });
    assert.equal(response.status, 200, await response.text());
  }

  async fault(fault, more = {}) {
    await this.control({ faults: [{ fault, ...more }] });
  }

  /** What the stand-in was asked for. */
  async calls() {
    return (await (await fetch(`${this.standIn}/calls`)).json()).calls;
  }

  /** Type the key, as a person does. */
  async signIn(key = this.key) {
    await this.page.locator("#welcome .key").fill(key);
    await this.page.locator("#welcome button[type=submit]").click();
    if (key === this.key)
      await this.page.waitForFunction(() => document.querySelectorAll("#model option").length > 1);
  }

  async model(name) {
    await this.page.locator("#model").selectOption({ label: name });
  }

  async write(prompt) {
    await this.page.locator(".prompt").fill(prompt);
  }

  async draw(pictures = 1) {
    await this.page.locator("#draw").click();
    await this.drawn(pictures);
  }

  async drawn(pictures = 1) {
    await this.page.waitForFunction(
      (count) => document.querySelectorAll("#stage .card").length === count,
      pictures,
    );
    await this.page.locator("#stage:not([aria-busy])").waitFor();
  }

  async go(view) {
    await this.page.locator(`.tabs a[data-view=${view}]`).click();
    await this.page.locator(`#view-${view}`).waitFor();
  }

  text(selector) {
    return this.page.locator(selector).innerText();
  }

  /** Make a picture file of this size. */
  async picture(name, width, height, color) {
    const base64 = await this.page.evaluate(
      ([w, h, fill]) => {
        const canvas = Object.assign(document.createElement("canvas"), { width: w, height: h });
        const context = canvas.getContext("2d");
        context.fillStyle = fill;
        context.fillRect(0, 0, w, h);
        return canvas.toDataURL("image/png").split(",")[1];
      },
      [width, height, color],
    );
    return { name, mimeType: "image/png", buffer: Buffer.from(base64, "base64") };
  }
}
