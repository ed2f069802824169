// The address holds the state: the page, its filter, its range. Links are plain links; clicks on links to our own pages
// load no new document. Back and Forward work, and a reload shows the same.
import { signal } from "@preact/signals";

export const location_ = signal(new URL(location.href));

export function navigate(href: string, how: { replace?: boolean; keepScroll?: boolean } = {}): void {
  const target = new URL(href, location.href);
  if (target.href === location.href) return;
  const otherPage = target.pathname !== location.pathname;
  history[how.replace ? "replaceState" : "pushState"](null, "", target);
  location_.value = target;
  if (otherPage && !how.keepScroll) window.scrollTo(0, 0);
}

// For acts: the answer can come after the reader went elsewhere, perhaps into another workspace, and must not fetch them back.
// Called before the act; what it returns navigates only from the page on which it was called.
export function fromHere(): typeof navigate {
  const path = location.pathname;
  return (href, how) => {
    if (location.pathname === path) navigate(href, how);
  };
}

export function param(name: string): string {
  return location_.value.searchParams.get(name) ?? "";
}

// A parameter that may stand there several times.
export function params(name: string): string[] {
  return location_.value.searchParams.getAll(name).filter(Boolean);
}

// Changes parameters of the query. An empty value removes the parameter; of a list each value stands by itself.
export function withParams(changes: Record<string, string | string[] | null>): string {
  const target = new URL(location_.value.href);
  for (const [name, value] of Object.entries(changes)) {
    target.searchParams.delete(name);
    for (const each of [value].flat()) if (each) target.searchParams.append(name, each);
  }
  return target.pathname + target.search;
}

export function setParams(changes: Record<string, string | string[] | null>, how: { push?: boolean } = {}): void {
  navigate(withParams(changes), { replace: !how.push, keepScroll: true });
}

addEventListener("popstate", () => {
  location_.value = new URL(location.href);
});

document.addEventListener("click", (event) => {
  if (event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) {
    return;
  }
  const link = (event.target as Element | null)?.closest?.("a[href]");
  if (!(link instanceof HTMLAnchorElement) || link.target || link.hasAttribute("download")) return;
  const target = new URL(link.href);
  if (target.origin !== location.origin || target.pathname.startsWith("/assets/") || target.pathname.startsWith("/api/")) {
    return;
  }
  if (target.hash && target.pathname === location.pathname && target.search === location.search) return;
  event.preventDefault();
  navigate(target.href);
});
