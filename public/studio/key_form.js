/** The key: typed by the person, kept in this browser, tried at once, and forgotten on demand. */

import { models } from "./api.js";
import { button, el, fill } from "./dom.js";
import { titleOf } from "./failures.js";
import { rendering, t } from "./language.js";
import { change, chosenModel, key, on, server, tell } from "./state.js";

let failure = null;

/** Try the key whenever it changes; the models come with it. */
export function startKey() {
  on("key", check);
  return check();
}

async function check() {
  const tried = key.get();
  server.keyState = tried ? "checking" : "none";
  failure = null;
  tell("key-state");
  if (!tried) return;
  try {
    server.models = await models();
    server.keyState = "good";
    if (!chosenModel()) change({ model: server.models[0]?.id ?? "", steps: null, guidance: null });
    tell("models");
  } catch (error) {
    failure = error;
    server.keyState = error.code === "invalid_api_key" ? "refused" : "unknown";
  }
  if (tried === key.get()) tell("key-state");
}

/** Show the welcome, with the field for the key, in *host*, for as long as there is no key that works. */
export function startWelcome(host) {
  rendering(() => {
    if (server.keyState === "good" || server.keyState === "checking") {
      if (server.keyState === "good" || !host.childElementCount) fill(host);
      return;
    }
    if (host.contains(document.activeElement) && host.dataset.state === server.keyState) return;
    host.dataset.state = server.keyState;
    const isNew = server.keyState === "none";
    fill(
      host,
      el(
        "section",
        { class: "panel welcome" },
        el("h2", {}, isNew ? t("welcome.title") : failure ? titleOf(failure) : t("key.refused")),
        el(
          "p",
          {},
          isNew
            ? t("welcome.text")
            : t(server.keyState === "refused" ? "error.invalid_api_key.do" : "key.untried"),
        ),
        keyForm(),
      ),
    );
  }, "key-state");
}

/** Make the field for the key. */
export function keyForm() {
  const input = el("input", {
    type: "password",
    name: "key",
    class: "key",
    autocomplete: "off",
    spellcheck: false,
    placeholder: t("key.placeholder"),
    "aria-label": t("key.label"),
    value: key.get(),
  });
  const reveal = button({
    text: t("key.show"),
    kind: "text",
    "aria-pressed": "false",
    press: () => {
      const isHidden = input.type === "password";
      input.type = isHidden ? "text" : "password";
      reveal.setAttribute("aria-pressed", String(isHidden));
    },
  });
  const save = el("button", { class: "secondary", type: "submit" }, t("key.save"));
  const form = el(
    "form",
    { class: "key-form" },
    el("div", { class: "key-row" }, input, save),
    el("div", { class: "row" }, el("p", { class: "hint" }, t("key.hint")), reveal),
  );
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const value = input.value.trim();
    input.blur();
    if (value) key.set(value);
    else input.focus();
  });
  return form;
}
