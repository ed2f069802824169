// The reader's choices for this browser: theme and keys. They are kept in localStorage, or else until the page closes.
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
    // The browser stores nothing, so the choice lasts as long as the page.
  }
}

const stored = read("theme");
export const theme = signal<Theme>(stored === "light" || stored === "dark" ? stored : "auto");
export const keysOn = signal(read("keys") !== "off");

// Whether somebody has signed in here before. Where nobody has, the page need not ask the server who the reader is.
// Where the browser stores nothing, it always asks.
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
      // The browser stores nothing.
    }
  },
};

// The page to which this tab returns from a login provider. `take` removes it.
export const wayBack = {
  keep(): void {
    try {
      sessionStorage.setItem("connlog.way_back", location.pathname + location.search);
    } catch {
      // The browser stores nothing: the reader returns to the start page.
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

// The theme that is shown. Canvases are drawn again when it changes.
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
