/** Failures in the reader's words: what happened, what to do, and the server's own message beneath. */

import { button, el } from "./dom.js";
import { hasText, t } from "./language.js";
import { key, server, tell } from "./state.js";

/** What a press of the button does, by the failure's code; nothing for codes that have none. */
const MENDS = {
  no_key: ["mend.key", toKey],
  invalid_api_key: ["mend.key", toKey],
  not_configured: ["mend.setup", toSetup],
  configuration_error: ["mend.setup", toSetup],
  content_policy_violation: ["mend.prompt", () => tell("focus-prompt")],
  network: ["mend.again"],
  interrupted: ["mend.again"],
  rate_limit_exceeded: ["mend.again"],
  capacity_exceeded: ["mend.again"],
  upstream_timeout: ["mend.again"],
  upstream_error: ["mend.again"],
  internal_error: ["mend.again"],
  storage_failed: ["mend.again"],
};

function toKey() {
  server.keyState = key.get() ? "refused" : "none";
  tell("key-state");
  tell("focus-key");
}

function toSetup() {
  location.hash = "/setup";
}

/** Answer what a failure is called, in the reader's language. */
export const titleOf = ({ code }) => t(`error.${known(code)}`);

const known = (code) => (hasText(`error.${code}`) ? code : "other");

/** Show a failure; *again* tries once more, for those where that may help. */
export function failureCard(failure, again) {
  const code = known(failure.code);
  const [label, press = again] = MENDS[failure.code] ?? [];
  return el(
    "article",
    { class: "failure", data: { code: failure.code } },
    el("h3", {}, t(`error.${code}`)),
    el("p", {}, t(`error.${code}.do`)),
    label && press && button({ text: t(label), kind: "secondary", press }),
    failure.message && details(failure),
  );
}

function details({ message, code, status, requestId, param }) {
  const facts = [code, status && `HTTP ${status}`, param, requestId].filter(Boolean).join(" · ");
  return el(
    "details",
    {},
    el("summary", {}, t("error.detail")),
    el("p", { class: "server-words", lang: "en" }, message),
    el("p", { class: "hint" }, facts),
  );
}
