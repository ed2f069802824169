// Numbers with their units, as the reader's language writes them.
import { readersLocale } from "./i18n";

const oneDigit = new Intl.NumberFormat(readersLocale, { maximumFractionDigits: 1 });
const twoDigits = new Intl.NumberFormat(readersLocale, { minimumFractionDigits: 2, maximumFractionDigits: 2 });
const whole = new Intl.NumberFormat(readersLocale, { maximumFractionDigits: 0 });

export const number = (value: number) => whole.format(value);

export function percent(value: number | null | undefined, digits = 1): string {
  if (value === null || value === undefined) return "–";
  return `${(digits === 0 ? whole : oneDigit).format(value)} %`;
}

// With two digits, for shares of time.
export function share(value: number | null | undefined): string {
  return value === null || value === undefined ? "–" : `${twoDigits.format(value)} %`;
}

export function load(value: number | null | undefined): string {
  return value === null || value === undefined ? "–" : twoDigits.format(value);
}

export function millis(value: number | null | undefined): string {
  if (value === null || value === undefined) return "–";
  return value < 1_000 ? `${(value < 10 ? oneDigit : whole).format(value)} ms` : `${twoDigits.format(value / 1_000)} s`;
}

export function mib(value: number | null | undefined): string {
  return value === null || value === undefined ? "–" : bytes(value * 1024 * 1024);
}

export function bytes(value: number | null | undefined): string {
  if (value === null || value === undefined) return "–";
  let size = value;
  let step = 0;
  const units = ["B", "KiB", "MiB", "GiB", "TiB", "PiB"];
  while (size >= 1024 && step < units.length - 1) {
    size /= 1024;
    step += 1;
  }
  return `${(step === 0 || size >= 100 ? whole : oneDigit).format(size)} ${units[step]}`;
}
