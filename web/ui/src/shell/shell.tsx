// The frame of every page: side bar (on phones a bar below), live sign, the reader's menu, palette and key help.
import type { ComponentChildren, ComponentType } from "preact";
import { signal, useSignal, type Signal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { call, loadMe, me, storage } from "../lib/api";
import { t } from "../lib/i18n";
import { helpOpen, paletteOpen, switcherOpen } from "../lib/keys";
import { theme, type Theme } from "../lib/prefs";
import { forgetQueries, useQuery } from "../lib/query";
import { serverNow, shortTime } from "../lib/time";
import { location_, navigate } from "../lib/router";
import type { Incident, List } from "../lib/types";
import { api, at, belongsSomewhere, workspace } from "../lib/workspace";
import { kPollEveryMs, onLive, polling, sign } from "../live/live";
import { Empty, Segments } from "../parts/basics";
import { attempt, Dialog } from "../parts/dialog";
import { Icon } from "../parts/icon";
import { destinations, type Destination } from "./nav";

const moreOpen = signal(false);

function Brand() {
  return (
    <a class="brand" href="/">
      <svg viewBox="0 0 32 32" aria-hidden="true" focusable="false">
        <path d="M4 17h6l3-8 5 15 3.5-7H28" />
      </svg>
      connlog
    </a>
  );
}

export function LiveSign() {
  const now = sign.value;
  const [kind, text] =
    now.kind === "live" ? (["live", t("live.live")] as const)
    : now.kind === "connecting" ? (["connecting", t("live.connecting")] as const)
    : now.seconds < 20 || now.polling ? (["late", t(now.polling ? "live.polling" : "live.reconnecting", { n: now.seconds })] as const)
    : (["old", t("live.old", { n: now.seconds })] as const);
  return (
    <span class={`live live-${kind}`}>
      <span class="live-dot" aria-hidden="true" />
      {text}
      {/* Read out only when the kind changes, not every second. */}
      <span class="hidden" role="status">{kind === "live" ? "" : t("live.reconnecting_spoken")}</span>
    </span>
  );
}

function current(to: Destination): "page" | undefined {
  return location_.value.pathname.startsWith(to.href) ? "page" : undefined;
}

function OpenCount() {
  const here = workspace.value;
  const asks = here?.enabled && !here.second_factor?.refused; // otherwise the server refuses the question
  const query = useQuery<List<Incident>>(asks ? api("/incidents?state=open&limit=100") : null, {
    on: (event) => event.name.startsWith("incident."),
  });
  const open = query.data.value?.items.length ?? 0;
  if (open === 0) return null;
  return (
    <span class="badge">
      {open === 100 ? "99+" : open}
      <span class="hidden">{t("nav.open_incidents")}</span>
    </span>
  );
}

function NavLink(props: { to: Destination }) {
  return (
    <a href={props.to.href} aria-current={current(props.to)} onClick={() => (moreOpen.value = false)}>
      <Icon name={props.to.icon} />
      <span>{t(props.to.text)}</span>
      {props.to.name === "incidents" && <OpenCount />}
    </a>
  );
}

async function signOut(): Promise<void> {
  await attempt(async () => {
    await call("/logout", { method: "POST" });
    forgetQueries();
    me.value = null;
    navigate("/login", { replace: true });
  });
}

function Preferences() {
  return (
    <div class="preferences">
      <Segments<Theme>
        spoken={t("theme.title")}
        value={theme.value}
        options={[
          ["auto", t("theme.auto")],
          ["light", t("theme.light")],
          ["dark", t("theme.dark")],
        ]}
        onChange={(value) => (theme.value = value)}
      />
      <button type="button" class="row-button" onClick={() => (helpOpen.value = true)}>
        <Icon name="keyboard" />
        {t("keys.title")}
      </button>
      <a class="row-button" href="/account">
        <Icon name="people" />
        {t("account.mine")}
      </a>
      <button type="button" class="row-button" onClick={() => void signOut()}>
        <Icon name="logout" />
        {t("account.sign_out")}
      </button>
    </div>
  );
}

function Reader() {
  const user = me.value?.user;
  const open = useSignal(false);
  return (
    <div class="reader">
      <button type="button" class="row-button" aria-expanded={open.value ? "true" : "false"} onClick={() => (open.value = !open.value)}>
        <span class="avatar" aria-hidden="true">{(user?.name || user?.mail || "?").slice(0, 1).toUpperCase()}</span>
        <span class="reader-name">{user?.name || user?.mail}</span>
        <Icon name="more" />
      </button>
      {open.value && <Preferences />}
    </div>
  );
}

function SearchButton() {
  return (
    <button type="button" class="search-button" onClick={() => (paletteOpen.value = true)}>
      <Icon name="search" />
      <span>{t("palette.open")}</span>
      <kbd>Ctrl K</kbd>
    </button>
  );
}

// The name of the workspace. It opens the switcher where the reader has several or may make one.
function Whereabouts() {
  const many = (me.value?.workspaces.length ?? 0) > 1 || me.value?.may_create_workspaces;
  const name = workspace.value?.name ?? t("nav.switch");
  if (!belongsSomewhere.value) return null;
  if (!many) return <p class="nav-title" title={name}>{name}</p>;
  return (
    <button type="button" class="nav-title switch" title={t("nav.switch")} aria-haspopup="dialog" onClick={() => (switcherOpen.value = true)}>
      <span class="cut">{name}</span>
      <Icon name="down" />
      <span class="hidden">({t("nav.switch")})</span>
    </button>
  );
}

// The palette, the switcher and the help are loaded when they are opened for the first time.
const palette = signal<ComponentType | null>(null);
const switcher = signal<ComponentType | null>(null);
const help = signal<ComponentType | null>(null);

function Late(props: { of: Signal<ComponentType | null>; load: () => Promise<ComponentType>; open: Signal<boolean> }) {
  useEffect(() => {
    if (!props.of.value) void props.load().then((loaded) => (props.of.value = loaded), () => (props.open.value = false));
  }, []);
  const Loaded = props.of.value;
  return Loaded && <Loaded />;
}

function Deletion() {
  const here = location_.value.pathname.startsWith("/w/") ? workspace.value : null;
  if (!here?.deletion) return null;
  return (
    <p class="note opening" role="status">
      <Icon name="warning" />
      <span>{t("workspace.deletion", { name: here.deletion.requested_by, time: shortTime(here.deletion.due_at) })} <a href={at("settings")}>{t("workspace.deletion_link")}</a></span>
    </p>
  );
}

// Over every page while the appliance can store nothing: since when, and why.
function Outage() {
  useEffect(() => {
    const ask = () => void loadMe().catch(() => {}); // without an answer, what is shown stays
    const stop = onLive((event) => {
      if (event.name === "resync") ask();
      if (event.name !== "storage.changed") return;
      const { since, cause } = event.data;
      storage.value = typeof since === "string" && typeof cause === "string" ? { since, cause } : null;
    });
    const timer = setInterval(() => {
      if (polling.peek() && document.visibilityState === "visible") ask();
    }, kPollEveryMs);
    return () => {
      stop();
      clearInterval(timer);
    };
  }, []);
  const now = storage.value;
  if (!now) return null;
  return (
    <p class="note opening outage" role="alert">
      <Icon name="warning" />
      <span>
        {t("storage.outage", { time: shortTime(now.since), cause: now.cause })}{" "}
        {me.value?.user.appliance_administrator && t("storage.outage_todo")}
      </span>
    </p>
  );
}

// Over every page, for everybody, while the appliance is in recovery after a restore.
const InRecovery = () => me.value?.server.recovery && (
  <p class="note opening outage" role="status">
    <span>{t("recovery.banner")} <a href="/appliance/recovery">{t("recovery.banner_link")}</a></span>
  </p>
);

// The page of a disabled workspace: members read why they see nothing, owners can enable it again.
function Disabled() {
  return (
    <Empty alone icon="pause" title={t("workspace.disabled")} action={workspace.value?.role === "owner" && (
      <button type="button" class="button primary" onClick={() => void attempt(async () => {
        await call(api("/state"), { method: "POST", body: { enabled: true } });
        await loadMe();
      })}>{t("workspace.enable")}</button>
    )}>{t("workspace.disabled_text")}</Empty>
  );
}

// The administrators of the appliance who look into this workspace. Every member sees this list.
function Openings() {
  useEffect(() => onLive((event) => {
    if (event.name === "workspace.changed" || event.name === "access.changed" || event.name === "recovery.changed") void loadMe();
  }), []);
  const here = location_.value.pathname.startsWith("/w/") ? workspace.value : null;
  return (
    <>
      {here?.openings.map((each) => (
        <p key={each.id} class="note opening" role="status">
          <Icon name="eye" />
          <span>
            {t(here.opened_by_me ? "opening.mine" : "opening.theirs", { name: each.administrator, reason: each.reason, time: shortTime(each.expires_at) })}{" "}
            <a href={here.opened_by_me ? "/appliance/workspaces" : `${at("access-review")}`}>{t("opening.more")}</a>
          </span>
        </p>
      ))}
      {here?.review_due_at && Date.parse(here.review_due_at) <= serverNow() && !location_.value.pathname.endsWith("/access-review") && (
        <p class="note opening"><Icon name="people" /><span>{t("review.banner")} <a href={at("access-review")}>{t("review.banner_link")}</a></span></p>
      )}
    </>
  );
}

export function Shell(props: { children: ComponentChildren }) {
  const list = destinations();
  const path = location_.value.pathname;
  useEffect(() => {
    moreOpen.value = false;
  }, [path]);
  const split = list.findIndex((each) => each.href.startsWith("/appliance/"));
  const inside = split < 0 ? list : list.slice(0, split);
  const appliance = split < 0 ? [] : list.slice(split);
  return (
    <div class="shell">
      <a class="skip" href="#main">{t("nav.skip")}</a>
      <header class="side">
        <Brand />
        <SearchButton />
        <nav aria-label={t("nav.main")}>
          <Whereabouts />
          <ul>{inside.map((each) => <li key={each.name}><NavLink to={each} /></li>)}</ul>
          {appliance.length > 0 && (
            <>
              <p class="nav-title">{t("nav.appliance")}</p>
              <ul>{appliance.map((each) => <li key={each.name}><NavLink to={each} /></li>)}</ul>
            </>
          )}
        </nav>
        <div class="side-foot">
          <LiveSign />
          <Reader />
        </div>
      </header>
      <header class="top">
        <Brand />
        <LiveSign />
        <button type="button" class="icon-button" aria-label={t("palette.open")} onClick={() => (paletteOpen.value = true)}>
          <Icon name="search" />
        </button>
      </header>
      <main id="main" tabIndex={-1}>
        <Outage />
        <InRecovery />
        <Openings />
        <Deletion />
        {path.startsWith("/w/") && workspace.value?.enabled === false ? <Disabled /> : props.children}
      </main>
      <nav class="phone-bar" aria-label={t("nav.main")}>
        {list.filter((each) => each.phone).map((each) => <NavLink key={each.name} to={each} />)}
        <button type="button" aria-expanded={moreOpen.value ? "true" : "false"} onClick={() => (moreOpen.value = !moreOpen.value)}>
          <Icon name="menu" />
          <span>{t("nav.more")}</span>
        </button>
      </nav>
      {moreOpen.value && (
        <Dialog title={t("nav.more")} onClose={() => (moreOpen.value = false)}>
          <Whereabouts />
          <nav class="drawer" aria-label={t("nav.more")}>
            {list.filter((each) => !each.phone).map((each) => <NavLink key={each.name} to={each} />)}
          </nav>
          <Preferences />
        </Dialog>
      )}
      {paletteOpen.value && <Late of={palette} open={paletteOpen} load={() => import("./palette").then((file) => file.Palette)} />}
      {switcherOpen.value && <Late of={switcher} open={switcherOpen} load={() => import("./switcher").then((file) => file.Switcher)} />}
      {helpOpen.value && <Late of={help} open={helpOpen} load={() => import("./help").then((file) => file.KeyHelp)} />}
    </div>
  );
}
