/** Structured prompts: the document that the form and the JSON view both edit. */

/** The form's fields, each with the kind of value that it holds. */
export const FIELDS = [
  ["scene", "text"],
  ["subjects", "subjects"],
  ["style", "text"],
  ["color_palette", "colors"],
  ["lighting", "text"],
  ["mood", "text"],
  ["background", "text"],
  ["composition", "text"],
  ["camera", "camera"],
];

/** What is said of a subject. */
export const SUBJECT = ["description", "position", "action"];

/** What is said of the camera. */
export const CAMERA = ["angle", "distance", "lens", "depth_of_field"];

const isRecord = (value) => typeof value === "object" && value !== null && !Array.isArray(value);
const isText = (value) => typeof value === "string";

/** Say whether the form can show *value*; what it cannot show is left as it is, for the JSON view. */
export function fitsForm(kind, value) {
  if (value === undefined) return true;
  if (kind === "text") return isText(value);
  if (kind === "colors") return Array.isArray(value) && value.every(isText);
  if (kind === "subjects")
    return Array.isArray(value) && value.every((it) => isRecord(it) && fitsParts(SUBJECT, it));
  return isRecord(value) && fitsParts(CAMERA, value);
}

const fitsParts = (names, record) =>
  names.every((name) => record[name] === undefined || isText(record[name]));

/** Answer *record* with *name* set; a value that is empty is left out. The order of the names stays. */
export function withValue(record, name, value) {
  const next = { ...record, [name]: value };
  if (isEmpty(value)) delete next[name];
  return next;
}

function isEmpty(value) {
  if (value === undefined || value === "") return true;
  return typeof value === "object" && Object.keys(value).length === 0;
}

/** Answer the names of the document that the form has no field for. */
export function otherNames(document) {
  const known = new Set(FIELDS.map(([name]) => name));
  return Object.keys(document).filter((name) => !known.has(name));
}

/** Read the JSON view's text: `{document}`, or `{problem}` in the browser's own words. */
export function readDocument(text) {
  try {
    const value = text.trim() ? JSON.parse(text) : {};
    return isRecord(value) ? { document: value } : { problem: "{ … }" };
  } catch (error) {
    return { problem: error.message };
  }
}

/** Write the document for the JSON view, and for copying. */
export const writeDocument = (document) => JSON.stringify(document, null, 2);
