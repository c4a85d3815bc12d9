/** The eight languages: one table each in `languages/`, English beneath for what a table may lack. */

import { on, read, tell, write } from "./state.js";

const REMEMBERED = "flux-studio-language";

/** Every language, by its code, under its own name. */
export const LANGUAGES = {
  en: "English",
  "zh-cn": "简体中文",
  "zh-hant": "繁體中文",
  ja: "日本語",
  es: "Español",
  fr: "Français",
  ru: "Русский",
  de: "Deutsch",
};

const TAGS = { "zh-cn": "zh-Hans", "zh-hant": "zh-Hant" };

let language = "en";
let english = {};
let table = {};

/** Answer the text of this name, each `{field}` filled in from *values*. */
export function t(name, values = {}) {
  const text = table[name] ?? english[name] ?? name;
  return text.replace(/\{(\w+)\}/g, (whole, field) => String(values[field] ?? whole));
}

/** Say whether there is a text of this name. */
export const hasText = (name) => name in english;

/** Answer the code of the language in use. */
export const currentLanguage = () => language;

/** Write a number as the language does. */
export const number = (value, options) => new Intl.NumberFormat(tag(), options).format(value);

/** Write a moment, in Unix milliseconds, as the language does. */
export const moment = (time) =>
  new Intl.DateTimeFormat(tag(), {
    day: "numeric",
    month: "short",
    hour: "numeric",
    minute: "2-digit",
  }).format(time);

/** Write seconds as a clock does: 4:05, or 1:00:00. */
export function clock(seconds) {
  const parts = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  return (parts[0] ? parts : parts.slice(1))
    .map((part, index) => (index ? String(part).padStart(2, "0") : part))
    .join(":");
}

/** The browser's own variant of the language where it has one: its dates and numbers are the person's. */
const tag = () => navigator.languages.find((own) => codeOf(own) === language) ?? TAGS[language] ?? language;

/** Choose the language remembered, or the browser's first that is spoken here, and load it. */
export async function startLanguage() {
  const wanted = [read(REMEMBERED), ...navigator.languages.map(codeOf)];
  english = await load("en");
  await useLanguage(wanted.find((code) => code in LANGUAGES) ?? "en");
}

/** Switch to a language and remember it. */
export async function chooseLanguage(code) {
  write(REMEMBERED, code);
  await useLanguage(code);
}

async function useLanguage(code) {
  table = code === "en" ? english : await load(code);
  language = code;
  document.documentElement.lang = TAGS[code] ?? code;
  for (const element of document.querySelectorAll("[data-t]")) element.textContent = t(element.dataset.t);
  for (const element of document.querySelectorAll("[data-t-label]")) {
    element.setAttribute("aria-label", t(element.dataset.tLabel));
  }
  tell("language");
}

async function load(code) {
  try {
    return await (await fetch(`/studio/languages/${code}.json`)).json();
  } catch {
    return {};
  }
}

function codeOf(browserTag) {
  const lower = browserTag.toLowerCase();
  if (lower.startsWith("zh")) return /hant|tw|hk|mo/.test(lower) ? "zh-hant" : "zh-cn";
  return lower.split("-")[0];
}

/** Call *render* now and again whenever the language or one of *events* changes. */
export function rendering(render, events = "") {
  on(`language ${events}`.trim(), render);
}
