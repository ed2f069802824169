// The application: which page an address means, what is loaded for it, and what surrounds it.
import type { ComponentChildren, ComponentType } from "preact";
import { effect, signal, useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { ApiError, call, loadMe, me, stepUp, mustAgree } from "./lib/api";
import { t, tx } from "./lib/i18n";
import { startKeys } from "./lib/keys";
import { session } from "./lib/prefs";
import { forgetQueries } from "./lib/query";
import { location_, navigate } from "./lib/router";
import { subjects } from "./lib/subjects";
import { Time } from "./lib/time";
import { isGroup } from "./lib/types";
import { at, belongsSomewhere, workspace } from "./lib/workspace";
import { Overview } from "./pages/watch/overview";
import { Shell } from "./shell/shell";
import { awaitTitle, Empty, Failure, Skeleton, pageTitle } from "./parts/basics";
import { Toasts } from "./parts/dialog";

type Page = ComponentType<{ id: string }>;

// Every page but the overview is in a chunk, which is loaded when the page is opened. (The charts have a
// chunk of their own, chart/lazy.tsx.) A page's name stands in one of these lists only.
type Chunk = () => Promise<{ pages: Record<string, Page> }>;
const agentsChunk: Chunk = () => import("./chunks/agents");
const agentChunk: Chunk = () => import("./chunks/agent");
const groups: Chunk = () => import("./chunks/groups");
const monitors: Chunk = () => import("./chunks/monitors");
const incidents: Chunk = () => import("./chunks/incidents");
const setup: Chunk = () => import("./chunks/setup");
const people: Chunk = () => import("./chunks/people");
const account: Chunk = () => import("./chunks/account");
const appliance: Chunk = () => import("./chunks/appliance");
const entrance: Chunk = () => import("./chunks/entrance");
const login: Chunk = () => import("./chunks/login");
const care: Chunk = () => import("./chunks/care");
const check: Chunk = () => import("./chunks/check");
const quiet: Chunk = () => import("./chunks/quiet");
const telling: Chunk = () => import("./chunks/telling");
const sources: Chunk = () => import("./chunks/sources");
const ack: Chunk = () => import("./chunks/ack");

// /w/<workspace>/<name>
const inWorkspace: Record<string, Chunk> = {
  agents: agentsChunk, monitors, groups, incidents, quiet, dependencies: quiet, telling, pipeline: telling, deliveries: telling, "event-sources": sources,
  rules: setup, recipients: setup, start: setup,
  settings: people, members: people, teams: people, "api-keys": people, enrolment: people, "access-review": people,
  audit: people, "security-events": people, leaks: people, removed: care,
};
// /w/<workspace>/<name>/<id>: the name of the page about one thing of the list
const oneOf: Record<string, [string, Chunk]> = {
  agents: ["agent", agentChunk], monitors: ["monitor", monitors], groups: ["group", groups], incidents: ["incident", incidents], rules: ["rule", setup], leaks: ["leak", people],
  "event-sources": ["event-source", sources],
};
// /account[/<name>]
const ofAccount: Record<string, Chunk> = {
  account, sessions: account, security: account, logins: account, keys: account, events: account, leaks: account, data: account, messages: telling,
};
// /appliance/<name>
const ofAppliance: Record<string, Chunk> = {
  mail: setup, about: setup,
  health: appliance, users: appliance, workspaces: appliance, providers: appliance, limits: appliance, trail: appliance, keys: appliance,
  disclosure: appliance, "legal-texts": appliance, "leaks-of-people": appliance, backups: care, recovery: care, check, register: check, storage: appliance, "dead-man": telling,
};
// /<name>, for anybody, signed in or not
const atEntrance: Record<string, Chunk> = {
  register: entrance, provider: entrance, reset: entrance, verify: entrance, invitation: entrance, security: entrance,
  legal: entrance, agreement: entrance, ack,
};
const chunks: Record<string, Chunk> = {
  ...inWorkspace, ...ofAppliance, ...Object.fromEntries(Object.values(oneOf)), setup, nowhere: people, login,
  ...Object.fromEntries(Object.entries(ofAccount).map(([name, chunk]) => [name === "account" ? name : `account-${name}`, chunk])),
  ...Object.fromEntries(Object.entries(atEntrance).map(([name, chunk]) => [`entrance-${name}`, chunk])),
};
const load = (name: string) => (chunks[name] ?? setup)();
const loaded: Record<string, Page> = { overview: Overview };

interface Route {
  name: string;
  id: string;
}

const loginRoute: Route = { name: "login", id: "" };

function routeOf(path: string): Route | null {
  let parts: string[];
  try {
    parts = path.split("/").filter(Boolean).map(decodeURIComponent);
  } catch {
    return null; // the address has a % that encodes nothing
  }
  if (parts[0] === "w" && parts.length >= 2) {
    const [, , list = "overview", id = ""] = parts;
    if (parts.length > 4) return null;
    if (list === "overview") return id ? null : { name: "overview", id: "" };
    if (id) return Object.hasOwn(oneOf, list) ? { name: oneOf[list]![0], id } : null;
    return Object.hasOwn(inWorkspace, list) ? { name: list, id: "" } : null;
  }
  const [first = "", second = ""] = parts;
  if (first === "appliance" && parts.length === 2 && Object.hasOwn(ofAppliance, second)) return { name: second, id: "" };
  if (first === "account" && parts.length === 1) return { name: "account", id: "" };
  if (first === "account" && parts.length === 2 && second !== "account" && Object.hasOwn(ofAccount, second)) return { name: `account-${second}`, id: "" };
  return null;
}

// The pages for anybody: /register, /invitation, /legal/<name>, …
function entranceOf(path: string): Route | null {
  const [, name = "", id = "", ...more] = path.split("/");
  return Object.hasOwn(atEntrance, name) && more.length === 0 && (id === "" || name === "legal") ? { name: `entrance-${name}`, id } : null;
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
  return <Page key={`${workspace.value?.id}/${name}/${id}`} id={id} />; // nothing of another workspace stays
}

// The dialog that asks for a fresh proof, over the page whose act needs one.
function Confirmation() {
  const Ask = useSignal<ComponentType | null>(null);
  const wanted = stepUp.value !== null;
  useEffect(() => {
    if (wanted) import("./pages/identity/proof").then((module) => (Ask.value = module.StepUp), () => stepUp.value?.(false));
  }, [wanted]);
  return wanted && Ask.value ? <Ask.value /> : null;
}

// The notice that the workspace requires a second factor and the reader has none.
function factorNotice(path: string): ComponentChildren {
  const asked = path.startsWith("/w/") ? workspace.value?.second_factor : null;
  if (!asked) return null;
  const name = workspace.value?.name ?? "";
  const action = <a class="button primary" href="/account/security">{t("factor_notice.action")}</a>;
  if (asked.refused) {
    return <Empty alone icon="key" title={t("factor_notice.refused_title", { name })} action={action}>{t("factor_notice.refused_text")}</Empty>;
  }
  return <p class="note notice">{tx("factor_notice.reminded", { name, when: <Time at={asked.until} exact /> })} <a href="/account/security">{t("factor_notice.action")}</a></p>;
}

function Unknown() {
  return (
    <Empty alone icon="help" title={t("unknown.title")} action={<a class="button primary" href="/">{t(belongsSomewhere.value ? "unknown.action" : "unknown.start")}</a>}>
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
  // The tab's title begins with the number of agents and monitors that are down.
  const down = [...subjects.value.values()].filter((each) => each.state === "down" && !isGroup(each)).length;
  const count = me.value && down > 0 ? `(${down}) ` : "";
  document.title = count + (pageTitle.value ? `${pageTitle.value} · connlog` : "connlog");
});

// After a navigation the title of the page gets the focus (parts/basics.tsx).
let shownPath = location_.value.pathname;
effect(() => {
  const path = location_.value.pathname;
  if (path !== shownPath) awaitTitle();
  shownPath = path;
});

// When the session ends, what was loaded for the last reader is forgotten.
effect(() => {
  if (me.value === null) {
    forgetQueries();
    session.ended();
  } else if (me.value) {
    session.began();
    needsSetup.value = null; // asked again when nobody is signed in
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
    const home = belongsSomewhere.value ? at("overview") : "/";
    if ((path === "/" && home !== "/") || path === "/setup") navigate(home, { replace: true });
    if (path === "/login") {
      // The target must be one of our pages: no other origin, no protocol-relative address, no "..".
      const asked = location_.value.searchParams.get("next") || "/";
      const next = new URL(URL.canParse(asked, location.origin) ? asked : "/", location.origin);
      const ours = next.origin === location.origin && (routeOf(next.pathname) ?? entranceOf(next.pathname)) !== null;
      navigate(ours ? next.pathname + next.search : home, { replace: true });
    }
  }, [reader, path]);

  let content;
  const outside = entranceOf(path);
  if (outside && reader === null && outside.name === "entrance-agreement") {
    content = <main class="lone"><PageOf route={loginRoute} /></main>; // only people who are signed in can agree
  } else if (outside && reader !== undefined) {
    content = <main class="lone"><PageOf route={outside} /></main>;
  } else if (startFailure.value) {
    content = <main class="lone"><Failure error={startFailure.value} retry={() => void begin()} /></main>;
  } else if (reader === undefined || (reader === null && needsSetup.value === null)) {
    content = <main class="lone" aria-busy="true"><span class="hidden">{t("loading")}</span></main>;
  } else if (reader === null) {
    content = needsSetup.value ? (
      <main class="lone"><PageOf route={{ name: "setup", id: "" }} /></main>
    ) : (
      <main class="lone"><PageOf route={loginRoute} /></main>
    );
  } else if (mustAgree.value) {
    content = <main class="lone"><PageOf route={{ name: "entrance-agreement", id: "" }} /></main>;
  } else {
    const route = routeOf(path);
    const known = route && (path.startsWith("/appliance/") ? reader.user.appliance_administrator : path.startsWith("/account") || workspace.value !== null);
    const notice = factorNotice(path);
    const page = known ? <PageOf route={route} />
      : path === "/" && !belongsSomewhere.value ? <PageOf route={{ name: "nowhere", id: "" }} />
      : path === "/" || path === "/login" || path === "/setup" ? <Skeleton lines={6} />
      : <Unknown />;
    content = <Shell>{notice}{notice && workspace.value?.second_factor?.refused ? null : page}</Shell>;
  }
  return (
    <>
      {content}
      <Confirmation />
      <Toasts />
    </>
  );
}
