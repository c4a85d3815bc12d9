/** What the panels share: the key, the models, the form's settings; and the word that one of them changed. */

const KEY = "flux-studio-key";
const SETTINGS = "flux-studio-settings";

const bus = new EventTarget();

/** Tell every listener of *name*. */
export const tell = (name, detail) => bus.dispatchEvent(new CustomEvent(name, { detail }));

/** Call *listener* with the detail whenever one of *names*, parted by spaces, is told. */
export function on(names, listener) {
  for (const name of names.split(" ")) bus.addEventListener(name, (event) => listener(event.detail));
}

/** The key, as this browser keeps it; it goes nowhere but into the Authorization header. */
export const key = {
  get: () => read(KEY) ?? "",
  set(value) {
    write(KEY, value);
    tell("key");
  },
  forget() {
    write(KEY, null);
    tell("key");
  },
};

/** What the server offers, once it has said so: `keyState` is "none", "checking", "good" or "refused". */
export const server = { models: [], health: null, healthFailure: null, keyState: "none" };

/** The form. Every part reads and changes it, and `change` says so. */
export const order = {
  mode: "text",
  text: "",
  document: {},
  model: "",
  width: 1024,
  height: 1024,
  steps: null,
  guidance: null,
  negative: "",
  seedFixed: false,
  seed: 0,
  count: 1,
  ...JSON.parse(read(SETTINGS) ?? "{}"),
};

/** Change the form, remember it, and tell the parts of it. */
export function change(values) {
  Object.assign(order, values);
  write(SETTINGS, JSON.stringify(order));
  tell("order", values);
}

/** Answer the chosen model, or undefined before the server has named any. */
export const chosenModel = () => server.models.find(({ id }) => id === order.model);

/** Read what this browser remembers under *name*; null where nothing is, or where storage is forbidden. */
export function read(name) {
  try {
    return localStorage.getItem(name);
  } catch {
    return null;
  }
}

/** Remember *value* under *name*; null forgets. */
export function write(name, value) {
  try {
    if (value === null) localStorage.removeItem(name);
    else localStorage.setItem(name, value);
  } catch {
    // A private window may forbid it: then it lasts as long as the page.
  }
}
