/** The set-up, shown honestly: what works, what is missing, and what mends it. */

import { copy } from "./announce.js";
import { health } from "./api.js";
import { byId, button, el, fill, icon } from "./dom.js";
import { titleOf } from "./failures.js";
import { keyForm } from "./key_form.js";
import { rendering, t } from "./language.js";
import { key, on, server, tell } from "./state.js";

const SECRETS = new Set(["API_KEY", "API_MASTER_KEY", "API_KEYS", "CF_API_TOKEN", "EXTERNAL_API_KEY"]);
const DEPLOY = "npx wrangler deploy";

/** What to put into wrangler.toml for each binding. */
const BINDINGS = {
  AI: '[ai]\nbinding = "AI"',
  FLUX_CF_KV: '[[kv_namespaces]]\nbinding = "FLUX_CF_KV"',
};

/** Ask for the health now, and again whenever the set-up is opened. */
export function startSetup() {
  rendering(render, "health key-state");
  on("view-setup", refresh);
  return refresh();
}

async function refresh() {
  try {
    server.health = await health();
    server.healthFailure = null;
  } catch (failure) {
    server.healthFailure = failure;
  }
  tell("health");
}

/** What mends a setting: lines for wrangler.toml, and the commands to run. */
function mendOf(setting) {
  if (BINDINGS[setting]) return { file: BINDINGS[setting], command: DEPLOY };
  if (SECRETS.has(setting)) return { command: `npx wrangler secret put ${setting}` };
  return { file: `[vars]\n${setting} = "…"`, command: DEPLOY };
}

function render() {
  const { health: report, healthFailure: failure } = server;
  showDot(report, failure);
  const host = byId("setup");
  if (host.contains(document.activeElement) && document.activeElement.name === "key") return;
  fill(
    host,
    el(
      "ul",
      { class: "checks" },
      failure
        ? unreachable(failure)
        : report
          ? serviceRows(report)
          : el("li", { class: "check" }, t("setup.asking")),
      keyRow(),
    ),
    button({ name: "again", text: t("setup.again"), kind: "secondary", press: refresh }),
  );
}

function showDot(report, failure) {
  const dot = byId("setup-dot");
  const isBad = failure || report?.missing.length;
  const isOpen = server.keyState !== "good";
  dot.hidden = !report && !failure;
  dot.className = `dot ${isBad ? "bad" : isOpen ? "open" : "good"}`;
  fill(
    dot,
    el("span", { class: "unseen" }, isBad ? t("setup.bad") : isOpen ? t("setup.keyOpen") : t("setup.good")),
  );
}

const unreachable = (failure) =>
  row(
    "bad",
    titleOf(failure),
    el("p", {}, t("error.network.do")),
    failure.message && el("p", { class: "hint", lang: "en" }, failure.message),
  );

function serviceRows(report) {
  const missing = new Map(report.missing.map(({ setting, message }) => [setting, message]));
  const others = [...missing.keys()].filter((name) => !["API_KEY", "AI", "FLUX_CF_KV"].includes(name));
  const { prompt_optimization: optimization } = report;
  const optimizer = optimization.enabled
    ? t("setup.optimizerOn", { model: optimization.model })
    : t("setup.optimizerOff");
  return [
    row(
      "good",
      t("setup.service"),
      el(
        "p",
        { class: "hint" },
        t("setup.versions", {
          version: report.version,
          python: report.runtime.python,
          pyodide: report.runtime.pyodide,
        }),
      ),
    ),
    need("API_KEY", report.api_key, "setup.key", missing),
    need(
      "AI",
      Boolean(report.inference),
      "setup.ai",
      missing,
      report.inference && t(`setup.ai.${report.inference}`),
    ),
    need("FLUX_CF_KV", report.storage, "setup.storage", missing),
    others.map((name) => row("bad", t("setup.setting", { name }), ...mending(name, missing.get(name)))),
    row("neutral", t("setup.optimizer"), el("p", { class: "hint" }, optimizer)),
  ];
}

function need(setting, isThere, name, missing, detail) {
  if (isThere && !missing.has(setting))
    return row("good", t(name), el("p", { class: "hint" }, detail || t(`${name}.good`)));
  return row("bad", t(`${name}.bad`), ...mending(setting, missing.get(setting)));
}

function mending(setting, message) {
  const { file, command } = mendOf(setting);
  return [
    message && el("p", { class: "hint", lang: "en" }, message),
    file && [el("p", {}, t("setup.inFile")), snippet(file)],
    el("p", {}, file ? t("setup.thenRun") : t("setup.run")),
    snippet(command),
    el("p", { class: "hint" }, t("setup.dashboard")),
  ].flat();
}

/** Show a text to be copied, with a button that copies it; *copied* is what is copied where that differs. */
export function snippet(text, copied = text) {
  return el(
    "div",
    { class: "snippet" },
    el("pre", { tabIndex: 0 }, el("code", {}, text)),
    button({
      name: "copy",
      label: t("copy"),
      kind: "bare",
      press: () => copy(copied, t("copied"), t("copyFailed")),
    }),
  );
}

const STATES = { good: "check", bad: "alert", neutral: "minus", open: "key" };

function row(state, title, ...rest) {
  return el(
    "li",
    { class: `check ${state}` },
    el("span", { class: "mark" }, icon(STATES[state]), el("span", { class: "unseen" }, t(`state.${state}`))),
    el("div", {}, el("h2", {}, title), rest),
  );
}

function keyRow() {
  const states = { none: "open", checking: "neutral", good: "good", refused: "bad", unknown: "open" };
  const held = key.get();
  return row(
    states[server.keyState],
    t(`key.${server.keyState}`),
    el("p", { class: "hint" }, t("key.where")),
    keyForm(),
    held && button({ name: "trash", text: t("key.forget"), press: () => key.forget() }),
  );
}
