/** The form over a structured prompt: a field for each usual part of it. */

import { button, el, field, fill } from "./dom.js";
import { t } from "./language.js";
import { change, order } from "./state.js";
import { CAMERA, FIELDS, SUBJECT, fitsForm, otherNames, withValue } from "./structured.js";

const LONG = new Set(["scene"]);
const NEW_COLOR = "#808080";

/** Make the form. */
export function promptForm() {
  const others = otherNames(order.document);
  return el(
    "div",
    { class: "document" },
    FIELDS.map(([name, kind]) => (fitsForm(kind, order.document[name]) ? MAKERS[kind](name) : unshown(name))),
    others.length > 0 && el("p", { class: "hint" }, t("form.others", { names: others.join(", ") })),
  );
}

const label = (name) => t(`form.${name}`);
const set = (name, value) => change({ document: withValue(order.document, name, value) });

/** A part that was written in JSON in a way of its own. */
const unshown = (name) => field(label(name), el("input", { disabled: true, value: t("form.inJson") }));

const MAKERS = { text: textField, subjects: subjectsField, colors: colorsField, camera: cameraField };

function textField(name) {
  const input = LONG.has(name) ? el("textarea", { rows: 2 }) : el("input", { type: "text" });
  input.value = order.document[name] ?? "";
  input.placeholder = t(`form.${name}.example`);
  input.addEventListener("input", () => set(name, input.value));
  return field(label(name), input);
}

/** Make inputs for the *names* of a record; `update` gets the record as it then is. */
function parts(names, record, prefix, update) {
  let current = record;
  return names.map((name) => {
    const text = t(`${prefix}.${name}`);
    const input = el("input", {
      type: "text",
      value: current[name] ?? "",
      placeholder: text,
      "aria-label": text,
    });
    input.addEventListener("input", () => {
      current = withValue(current, name, input.value);
      update(current);
    });
    return input;
  });
}

function subjectsField(name) {
  const group = el("fieldset", { class: "group" });
  // A subject with nothing in it stays in the form, and out of the document.
  let subjects = order.document[name]?.length ? [...order.document[name]] : [{}];
  const save = () =>
    set(
      name,
      subjects.filter((subject) => Object.keys(subject).length),
    );
  const render = () =>
    fill(
      group,
      el("legend", { class: "label" }, label(name)),
      subjects.map((subject, index) =>
        el(
          "div",
          { class: "subject", role: "group", "aria-label": t("form.subject", { number: index + 1 }) },
          parts(SUBJECT, subject, "form.subject", (next) => {
            subjects[index] = next;
            save();
          }),
          subjects.length > 1 &&
            button({
              name: "cross",
              label: t("form.removeSubject", { number: index + 1 }),
              kind: "bare",
              press: () => {
                subjects = subjects.filter((_, other) => other !== index);
                save();
                render();
                group.querySelector("input").focus();
              },
            }),
        ),
      ),
      button({
        name: "plus",
        text: t("form.addSubject"),
        press: () => {
          subjects.push({});
          render();
          [...group.querySelectorAll(".subject")].at(-1).querySelector("input").focus();
        },
      }),
    );
  render();
  return group;
}

function colorsField(name) {
  const group = el("fieldset", { class: "group" });
  const colors = [...(order.document[name] ?? [])];
  const save = () => set(name, [...colors]);
  const render = () =>
    fill(
      group,
      el("legend", { class: "label" }, label(name)),
      el(
        "div",
        { class: "colors" },
        colors.map((color, index) => colorInput(color, index, colors, save, render)),
        button({
          name: "plus",
          label: t("form.addColor"),
          press: () => {
            colors.push(NEW_COLOR);
            save();
            render();
            [...group.querySelectorAll("input[type=text]")].at(-1).select();
          },
        }),
      ),
    );
  render();
  return group;
}

function colorInput(color, index, colors, save, render) {
  const isHex = (value) => /^#[0-9a-f]{6}$/i.test(value);
  const named = { number: index + 1 };
  const well = el("input", {
    type: "color",
    value: isHex(color) ? color : NEW_COLOR,
    "aria-label": t("form.pickColor", named),
  });
  const text = el("input", { type: "text", value: color, size: 9, "aria-label": t("form.color", named) });
  well.addEventListener("input", () => {
    text.value = colors[index] = well.value;
    save();
  });
  text.addEventListener("input", () => {
    colors[index] = text.value;
    if (isHex(text.value)) well.value = text.value;
    save();
  });
  const removal = button({
    name: "cross",
    label: t("form.removeColor", named),
    kind: "bare",
    press: () => {
      colors.splice(index, 1);
      save();
      render();
    },
  });
  return el("span", { class: "color" }, well, text, removal);
}

function cameraField(name) {
  const inputs = parts(CAMERA, order.document[name] ?? {}, "form.camera", (next) => set(name, next));
  return el(
    "fieldset",
    { class: "group" },
    el("legend", { class: "label" }, label(name)),
    el("div", { class: "pairs" }, inputs),
  );
}
