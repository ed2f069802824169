// Times are shown relative to now, which ticks once a second; the absolute time in the reader's zone appears on hover.
import { signal } from "@preact/signals";
import { clockSkew } from "./api";
import { readersLocale, t } from "./i18n";

export const now = signal(Date.now());
setInterval(() => {
  if (document.visibilityState === "visible") now.value = Date.now();
}, 1000);
document.addEventListener("visibilitychange", () => {
  now.value = Date.now();
});

const relative = new Intl.RelativeTimeFormat(readersLocale, { style: "narrow", numeric: "always" });
const absolute = new Intl.DateTimeFormat(readersLocale, { dateStyle: "medium", timeStyle: "medium" });
const short = new Intl.DateTimeFormat(readersLocale, { month: "short", day: "numeric", hour: "2-digit", minute: "2-digit", second: "2-digit" });

export const serverNow = () => now.value + clockSkew.value;

export function absoluteTime(at: string | number): string {
  return absolute.format(new Date(at));
}

export function shortTime(at: string | number): string {
  return short.format(new Date(at));
}

export function ago(at: string | number): string {
  const seconds = Math.round((serverNow() - new Date(at).getTime()) / 1000);
  if (seconds < 2 && seconds > -30) return t("time.now");
  const distance = Math.abs(seconds);
  const [unit, size] =
    distance < 60 ? (["second", 1] as const)
    : distance < 3600 ? (["minute", 60] as const)
    : distance < 172_800 ? (["hour", 3600] as const)
    : (["day", 86_400] as const);
  return relative.format(-Math.trunc(seconds / size), unit);
}

function unit(value: number, name: "second" | "minute" | "hour" | "day"): string {
  return new Intl.NumberFormat(readersLocale, { style: "unit", unit: name, unitDisplay: "narrow" }).format(value);
}

// "40s", "5m", "2h 10m", "41d": at most two units.
export function duration(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  if (whole < 60) return unit(whole, "second");
  if (whole < 3600) {
    const rest = whole % 60;
    return whole < 600 && rest ? `${unit(Math.floor(whole / 60), "minute")} ${unit(rest, "second")}` : unit(Math.floor(whole / 60), "minute");
  }
  if (whole < 86_400) {
    const rest = Math.floor((whole % 3600) / 60);
    return rest ? `${unit(Math.floor(whole / 3600), "hour")} ${unit(rest, "minute")}` : unit(Math.floor(whole / 3600), "hour");
  }
  return unit(Math.floor(whole / 86_400), "day");
}

export function between(from: string, to: string | null): string {
  return duration(((to ? Date.parse(to) : serverNow()) - Date.parse(from)) / 1000);
}

export function Time(props: { at: string | null | undefined; empty?: string; exact?: boolean }) {
  if (!props.at) return <span class="quiet">{props.empty ?? t("time.never")}</span>;
  return (
    <time dateTime={props.at} title={absoluteTime(props.at)}>
      {props.exact ? shortTime(props.at) : ago(props.at)}
    </time>
  );
}
