// Which page an address means, and what surrounds it.
import type { ComponentType } from "preact";
import { effect, signal, useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { agents } from "./lib/agents";
import { ApiError, call, loadMe, me } from "./lib/api";
import { t } from "./lib/i18n";
import { startKeys } from "./lib/keys";
import { session } from "./lib/prefs";
import { forgetQueries } from "./lib/query";
import { location_, navigate } from "./lib/router";
import { workspace } from "./lib/workspace";
import { Login } from "./pages/login";
import { Overview } from "./pages/overview";
import { Shell } from "./shell/shell";
import { awaitTitle, Empty, Failure, Skeleton, pageTitle } from "./parts/basics";
import { Toasts } from "./parts/dialog";

type Page = ComponentType<{ id: string }>;

// What is behind /w/<workspace>/<name>[/<id>] and /appliance/<name>. The overview and the login are in the first file;
// what one watches and what one sets are two more (the charts a fourth, chart/lazy.tsx).
const watching = new Set(["agents", "agent", "incidents", "incident"]);
const load = (name: string): Promise<{ pages: Record<string, Page> }> =>
  watching.has(name) ? import("./pages/watching") : import("./pages/setting");
const loaded: Record<string, Page> = { overview: Overview };

interface Route {
  name: string;
  id: string;
}

function routeOf(path: string): Route | null {
  let parts: string[];
  try {
    parts = path.split("/").filter(Boolean).map(decodeURIComponent);
  } catch {
    return null; // a stray % in the address
  }
  if (parts[0] === "w" && parts.length >= 2) {
    const [, , list = "overview", id = ""] = parts;
    if (parts.length > 4) return null;
    if (list === "overview") return id ? null : { name: "overview", id: "" };
    if (["agents", "incidents", "rules"].includes(list)) return { name: id ? list.slice(0, -1) : list, id };
    if (["recipients", "settings", "start"].includes(list) && !id) return { name: list, id: "" };
  }
  if (parts[0] === "appliance" && (parts[1] === "mail" || parts[1] === "about") && parts.length === 2) return { name: parts[1], id: "" };
  return null;
}

function PageOf(props: { route: Route }) {
  const { name, id } = props.route;
  const broken = useSignal<ApiError | null>(null);
  const ready = useSignal(0);
  useEffect(() => {
    broken.value = null;
    if (loaded[name]) return;
    load(name).then(
      (module) => {
        Object.assign(loaded, module.pages);
        ready.value += 1;
      },
      () => {
        broken.value = new ApiError(t("error.page"), 0, "page");
      },
    );
  }, [name]);
  void ready.value;
  const Page = loaded[name];
  if (broken.value) return <Failure error={broken.value} retry={() => location.reload()} />;
  if (!Page) return <Skeleton lines={6} />;
  return <Page key={`${name}/${id}`} id={id} />;
}

function Unknown() {
  return (
    <Empty alone icon="help" title={t("unknown.title")} action={<a class="button primary" href="/">{t("unknown.action")}</a>}>
      {t("unknown.text")}
    </Empty>
  );
}

const needsSetup = signal<boolean | null>(null);
const startFailure = signal<ApiError | null>(null);

let beginning = false;

async function begin(): Promise<void> {
  if (beginning) return;
  beginning = true;
  startFailure.value = null;
  try {
    if (session.maybe()) await loadMe();
    else me.value = null;
    if (!me.value) needsSetup.value = (await call<{ needs_setup: boolean }>("/setup")).needs_setup;
  } catch (failure) {
    startFailure.value = failure instanceof ApiError ? failure : new ApiError(String(failure), 0, "start");
  } finally {
    beginning = false;
  }
}

void begin();
startKeys();

effect(() => {
  // The number of agents that are down, for those who watch a row of tabs.
  const down = [...agents.value.values()].filter((agent) => agent.state === "down").length;
  const count = me.value && down > 0 ? `(${down}) ` : "";
  document.title = count + (pageTitle.value ? `${pageTitle.value} · connlog` : "connlog");
});

// The title of a new page gets the focus when it appears (parts/basics.tsx).
let shownPath = location_.value.pathname;
effect(() => {
  const path = location_.value.pathname;
  if (path !== shownPath) awaitTitle();
  shownPath = path;
});

// A lost session leaves nothing of the last reader behind.
effect(() => {
  if (me.value === null) {
    forgetQueries();
    session.ended();
  } else if (me.value) {
    session.began();
    needsSetup.value = null; // to be asked anew when nobody is signed in
  }
});

export function App() {
  const path = location_.value.pathname;
  const reader = me.value;

  useEffect(() => {
    if (reader === null && needsSetup.value === null) void begin();
  }, [reader]);
  useEffect(() => {
    if (!reader) return;
    const home = `/w/${encodeURIComponent(workspace.value?.slug ?? "")}/overview`;
    if (path === "/" || path === "/setup") navigate(home, { replace: true });
    if (path === "/login") {
      // Only to a page of ours: no other origin, no protocol-relative address, no way out by "..".
      const asked = location_.value.searchParams.get("next") || "/";
      const next = new URL(URL.canParse(asked, location.origin) ? asked : "/", location.origin);
      const ours = next.origin === location.origin && routeOf(next.pathname) !== null;
      navigate(ours ? next.pathname + next.search : home, { replace: true });
    }
  }, [reader, path]);

  let content;
  if (startFailure.value) {
    content = <main class="lone"><Failure error={startFailure.value} retry={() => void begin()} /></main>;
  } else if (reader === undefined || (reader === null && needsSetup.value === null)) {
    content = <main class="lone" aria-busy="true"><span class="hidden">{t("loading")}</span></main>;
  } else if (reader === null) {
    content = needsSetup.value ? (
      <main class="lone"><PageOf route={{ name: "setup", id: "" }} /></main>
    ) : (
      <main class="lone"><Login /></main>
    );
  } else {
    const route = routeOf(path);
    const known = route && (path.startsWith("/appliance/") ? reader.user.appliance_administrator : workspace.value !== null);
    content = <Shell>{known ? <PageOf route={route} /> : path === "/" || path === "/login" || path === "/setup" ? <Skeleton lines={6} /> : <Unknown />}</Shell>;
  }
  return (
    <>
      {content}
      <Toasts />
    </>
  );
}
