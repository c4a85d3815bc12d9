/** Making elements. Text always goes in as text: nothing here, or anywhere in the studio, parses HTML. */

const SVG = "http://www.w3.org/2000/svg";

/** Find the element with this id. */
export const byId = (id) => document.getElementById(id);

/**
 * Make an element. Of *props*, `class`, `for` and names with a dash are attributes, `on` holds listeners,
 * `data` goes to the dataset, and the rest are properties. Strings among *children* become text.
 */
export function el(tag, props = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (value === undefined || value === null || value === false) continue;
    if (name === "on") {
      for (const [event, listener] of Object.entries(value)) element.addEventListener(event, listener);
    } else if (name === "data") {
      Object.assign(element.dataset, value);
    } else if (
      name === "class" ||
      name === "for" ||
      name === "role" ||
      name === "list" ||
      name.includes("-")
    ) {
      element.setAttribute(name, value);
    } else {
      element[name] = value;
    }
  }
  element.append(
    ...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false),
  );
  return element;
}

/** Draw one of the icons that stand at the top of the page. */
export function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  const use = document.createElementNS(SVG, "use");
  use.setAttribute("href", `#i-${name}`);
  svg.append(use);
  return svg;
}

/** Make a button with an icon; without *text*, *label* names it for screen readers and on hover. */
export function button({ name, text, label, kind = "quiet", press, ...props }) {
  return el(
    "button",
    {
      type: "button",
      class: kind,
      title: text ? undefined : label,
      "aria-label": label,
      on: { click: press },
      ...props,
    },
    name && icon(name),
    text && el("span", {}, text),
  );
}

/** Put *children* in the place of what *parent* holds. */
export function fill(parent, ...children) {
  parent.replaceChildren(
    ...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false),
  );
}

/** Wrap *control* and its label, with a *hint* below where there is one. */
export function field(label, control, hint) {
  return el(
    "label",
    { class: "field" },
    el("span", { class: "label" }, label),
    control,
    hint && el("span", { class: "hint" }, hint),
  );
}

/** Make a group of radio buttons that look like one switch; *options* are pairs of value and text. */
export function choice({ label, name, value, options, change, unseen = false }) {
  return el(
    "fieldset",
    { class: "choice" },
    el("legend", { class: unseen ? "unseen" : "label" }, label),
    el(
      "div",
      { class: "segments" },
      options.map(([key, text]) =>
        el(
          "label",
          {},
          el("input", {
            type: "radio",
            name,
            value: key,
            checked: key === value,
            on: { change: () => change(key) },
          }),
          el("span", {}, text),
        ),
      ),
    ),
  );
}
