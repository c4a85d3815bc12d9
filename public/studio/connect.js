/** "Connect your app": the settings to copy, with this page's own address. */

import { choice, el, fill } from "./dom.js";
import { rendering, t } from "./language.js";
import { shortId } from "./models.js";
import { APPS, recipeOf } from "./recipes.js";
import { snippet } from "./setup.js";
import { chosenModel, key, read, server, write } from "./state.js";

const REMEMBERED = "flux-studio-app";
const PLACEHOLDER = "YOUR_KEY";

let showsKey = false;

/** Show the settings in *host*. */
export function startConnect(host) {
  rendering(() => render(host), "models key-state view-connect");
}

function render(host) {
  const remembered = read(REMEMBERED);
  const app = remembered in APPS ? remembered : Object.keys(APPS)[0];
  const focused = host.contains(document.activeElement) ? document.activeElement.value : null;
  const toggle = el("input", { type: "checkbox", value: "key", checked: showsKey, disabled: !key.get() });
  toggle.addEventListener("change", () => {
    showsKey = toggle.checked;
    render(host);
  });
  fill(
    host,
    choice({
      label: t("connect.app"),
      unseen: true,
      name: "app",
      value: app,
      options: Object.entries(APPS),
      change: (chosen) => {
        write(REMEMBERED, chosen);
        render(host);
      },
    }),
    el("div", { class: "panel recipe" }, recipe(app)),
    el("label", { class: "toggle" }, toggle, el("span", {}, t("connect.withKey"))),
    el("p", { class: "hint" }, t("connect.slack")),
  );
  if (focused) [...host.querySelectorAll("input")].find(({ value }) => value === focused)?.focus();
}

function recipe(app) {
  const model = shortId((chosenModel() ?? server.models[0])?.id ?? "flux-1-schnell");
  const shownKey = showsKey && key.get() ? key.get() : PLACEHOLDER;
  const { where, rows, code, codeTitle } = recipeOf(app, { origin: location.origin, key: shownKey, model });
  return [
    el("h2", {}, APPS[app]),
    el("p", {}, t(where)),
    rows.map(([label, value]) =>
      el("div", { class: "setting" }, el("span", { class: "label" }, t(label)), snippet(value)),
    ),
    codeTitle && el("p", { class: "label" }, t(codeTitle)),
    code && snippet(code),
  ];
}
