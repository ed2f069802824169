// Every word the reader sees comes from a catalogue: catalogue/en.json is the complete one, its keys are a type, so a
// missing key does not compile. Values may depend on a number ({"one": …, "other": …}, by Intl.PluralRules on `n`).
import type { ComponentChildren } from "preact";
import english from "../catalogue/en.json";

type Catalogue = typeof english;
export type Key = keyof Catalogue;
export type Values = Record<string, string | number>;

let locale = navigator.language || "en";
try {
  new Intl.NumberFormat(locale);
} catch {
  locale = "en";
}
export const readersLocale = locale;
const numbers = new Intl.NumberFormat(locale);
const plurals = new Intl.PluralRules("en");

function template(key: Key, n: unknown): string {
  const value: unknown = english[key];
  if (typeof value === "string") return value;
  const forms = value as { one: string; other: string };
  return typeof n === "number" && plurals.select(n) === "one" ? forms.one : forms.other;
}

export function t(key: Key, values: Values = {}): string {
  return template(key, values.n).replace(/\{(\w+)\}/g, (_, name: string) => {
    const value = values[name];
    return typeof value === "number" ? numbers.format(value) : (value ?? `{${name}}`);
  });
}

// The same with elements in the places: tx("incident.nobody", { link: <a/> }).
export function tx(key: Key, values: Record<string, ComponentChildren>): ComponentChildren[] {
  return template(key, values.n)
    .split(/(\{\w+\})/)
    .map((part) => (/^\{\w+\}$/.test(part) ? values[part.slice(1, -1)] : part));
}

// For words the server chose (states, kinds, acts): a known one is translated, an unknown one is shown as it came.
export function word(prefix: string, name: string): string {
  const key = `${prefix}.${name}`;
  return key in english ? t(key as Key) : name.replaceAll("_", " ");
}
