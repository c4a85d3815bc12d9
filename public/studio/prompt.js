/** The prompt: as text, or structured, where a form and a JSON view edit the same document. */

import { button, choice, el, fill } from "./dom.js";
import { number, rendering, t } from "./language.js";
import { promptForm } from "./prompt_form.js";
import { change, chosenModel, on, order } from "./state.js";
import { readDocument, writeDocument } from "./structured.js";

let host;
let problem = null;

/** Show the prompt's part of the form in *element*. */
export function startPrompt(element) {
  host = element;
  rendering(render, "prompt");
  on("order models", showLimit);
}

/** Answer the prompt, `{value}`, or `{problem}`: "empty", "json" or "long". */
export function promptOf() {
  if (order.mode === "json" && problem) return { problem: "json" };
  const value = order.mode === "text" ? order.text.trim() : order.document;
  if (order.mode === "text" ? !value : !Object.keys(value).length) return { problem: "empty" };
  if (lengthOf() > limit()) return { problem: "long" };
  return { value };
}

/** Take over a prompt that was drawn before: a text or a document. */
export function usePrompt(prompt) {
  if (typeof prompt === "string") change({ mode: "text", text: prompt });
  else change({ mode: order.mode === "json" ? "json" : "form", document: prompt });
  render();
}

/** Put the cursor where the prompt is written, marking it as wrong where *message* says so. */
export function focusPrompt(message = "") {
  const input = host.querySelector("textarea");
  host.querySelector(".problem").textContent = message;
  input.toggleAttribute("aria-invalid", Boolean(message));
  if (message) input.setAttribute("aria-invalid", "true");
  input.focus();
}

const limit = () => chosenModel()?.ranges.prompt_characters.max ?? 32_000;
const lengthOf = () => (order.mode === "text" ? order.text : JSON.stringify(order.document)).length;

function render() {
  problem = null;
  const views = { text: textView, form: formView, json: jsonView };
  fill(
    host,
    el(
      "div",
      { class: "row" },
      el("h2", {}, t("prompt.title")),
      choice({
        label: t("prompt.mode"),
        unseen: true,
        name: "prompt-mode",
        value: order.mode,
        options: [
          ["text", t("prompt.text")],
          ["form", t("prompt.form")],
          ["json", "JSON"],
        ],
        change: switchTo,
      }),
    ),
    views[order.mode](),
    el(
      "div",
      { class: "row under" },
      el("p", { class: "problem", role: "alert", id: "prompt-problem" }),
      el("p", { class: "limit" }),
    ),
  );
  showLimit();
}

function switchTo(mode) {
  // What was written as text is not lost: it becomes the scene of an empty document.
  const isNew = order.mode === "text" && !Object.keys(order.document).length && order.text.trim();
  change({ mode, ...(isNew && { document: { scene: order.text.trim() } }) });
  render();
  host.querySelector(`input[value="${mode}"]`).focus();
}

function textView() {
  return el("textarea", {
    class: "prompt",
    rows: 4,
    value: order.text,
    placeholder: t("prompt.placeholder"),
    "aria-label": t("prompt.title"),
    "aria-describedby": "prompt-problem",
    on: {
      input: ({ target }) => {
        clearProblem(target);
        change({ text: target.value });
      },
    },
  });
}

function formView() {
  return el(
    "div",
    {},
    promptForm(),
    el("div", { class: "row" }, el("span"), button({ name: "trash", text: t("prompt.clear"), press: clear })),
  );
}

function clear() {
  change({ document: {} });
  render();
  host.querySelector("textarea").focus();
}

function jsonView() {
  return el("textarea", {
    class: "prompt code",
    rows: 12,
    spellcheck: false,
    value: Object.keys(order.document).length ? writeDocument(order.document) : "",
    placeholder: '{\n  "scene": "…",\n  "style": "…"\n}',
    "aria-label": t("prompt.json"),
    "aria-describedby": "prompt-problem",
    on: {
      input: ({ target }) => {
        const read = readDocument(target.value);
        problem = read.problem ?? null;
        clearProblem(target);
        if (problem) {
          target.setAttribute("aria-invalid", "true");
          host.querySelector(".problem").textContent = t("prompt.notJson", { reason: problem });
        } else {
          change({ document: read.document });
        }
      },
    },
  });
}

function clearProblem(input) {
  input.removeAttribute("aria-invalid");
  host.querySelector(".problem").textContent = "";
}

function showLimit() {
  const line = host?.querySelector(".limit");
  if (!line) return;
  const near = lengthOf() > limit() * 0.7;
  line.textContent = near ? t("prompt.length", { length: number(lengthOf()), limit: number(limit()) }) : "";
  line.classList.toggle("over", lengthOf() > limit());
}
