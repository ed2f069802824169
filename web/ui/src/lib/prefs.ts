// What the reader chose for this browser: theme and keys. Kept in localStorage; without it, for this page only.
import { effect, signal } from "@preact/signals";

export type Theme = "auto" | "light" | "dark";

function read(name: string): string | null {
  try {
    return localStorage.getItem(`connlog.${name}`);
  } catch {
    return null;
  }
}

function write(name: string, value: string): void {
  try {
    localStorage.setItem(`connlog.${name}`, value);
  } catch {
    // A browser that keeps nothing: the choice lasts as long as the page.
  }
}

const stored = read("theme");
export const theme = signal<Theme>(stored === "light" || stored === "dark" ? stored : "auto");
export const keysOn = signal(read("keys") !== "off");

// Whether somebody signed in here before. Without it there is no need to ask who it is, and be refused. When the browser
// keeps nothing, we always ask.
export const session = {
  maybe(): boolean {
    try {
      return localStorage.getItem("connlog.session") !== null;
    } catch {
      return true;
    }
  },
  began: () => write("session", "1"),
  ended(): void {
    try {
      localStorage.removeItem("connlog.session");
    } catch {
      // Nothing was kept.
    }
  },
};

// The page to come back to from a login provider, in this tab alone. Taken out once.
export const wayBack = {
  keep(): void {
    try {
      sessionStorage.setItem("connlog.way_back", location.pathname + location.search);
    } catch {
      // The way back ends at the start page.
    }
  },
  take(): string {
    try {
      const kept = sessionStorage.getItem("connlog.way_back") ?? "/";
      sessionStorage.removeItem("connlog.way_back");
      return new URL(kept, location.origin).origin === location.origin ? kept : "/";
    } catch {
      return "/";
    }
  },
};

// What is really shown: canvases must be drawn anew when it changes.
const systemDark = matchMedia("(prefers-color-scheme: dark)");
export const dark = signal(false);
const judge = () => {
  dark.value = theme.value === "dark" || (theme.value === "auto" && systemDark.matches);
};
systemDark.addEventListener("change", judge);

effect(() => {
  const root = document.documentElement;
  if (theme.value === "auto") root.removeAttribute("data-theme");
  else root.setAttribute("data-theme", theme.value);
  write("theme", theme.value);
  judge();
});
effect(() => write("keys", keysOn.value ? "on" : "off"));

addEventListener("storage", (event) => {
  if (event.key === "connlog.theme") theme.value = (event.newValue as Theme | null) ?? "auto";
});
