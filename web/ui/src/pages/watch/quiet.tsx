// What is quiet: maintenances, mutes and snoozes that run, come, or were, as a list or as a month (?view=calendar). Checks
// go on meanwhile, only telling waits. Each ends by a click.
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { call } from "../../lib/api";
import { t, tx } from "../../lib/i18n";
import { useQuery } from "../../lib/query";
import { param, setParams } from "../../lib/router";
import { loadSubjects } from "../../lib/subjects";
import { Time } from "../../lib/time";
import type { List, Rule } from "../../lib/types";
import { api, at, mayAcknowledge, mayEditSome } from "../../lib/workspace";
import { Check, Empty, Loaded, PageHeader, Panel } from "../../parts/basics";
import { attempt, toast } from "../../parts/dialog";
import { Icon } from "../../parts/icon";
import { Outcome } from "../../parts/state";
import { QuietCalendar } from "./quiet_calendar";
import { QuietForm } from "./quiet_form";
import { kindText, matchersText, type Quiet, type QuietKind, type QuietList, whenText } from "./quiet_model";

export function QuietTabs(props: { here: "list" | "calendar" | "dependencies" }) {
  const tabs = [["list", at("quiet"), t("quiet.list")], ["calendar", `${at("quiet")}?view=calendar`, t("quiet.calendar")], ["dependencies", at("dependencies"), t("quiet.dependencies")]] as const;
  return (
    <nav class="tabs" aria-label={t("quiet.views")}>
      {tabs.map(([name, href, text]) => <a key={name} href={href} aria-current={props.here === name ? "page" : undefined}>{text}</a>)}
    </nav>
  );
}

export function QuietPage(_: { id: string }) {
  const past = param("past") === "1";
  const calendar = param("view") === "calendar";
  const query = useQuery<QuietList>(api(`/quiet${past ? "?past=1" : ""}`), { on: (event) => event.name === "quiet.changed", everyMs: 60_000 });
  const rules = useQuery<List<Rule>>(api("/rules"));
  const editing = useSignal<Quiet | QuietKind | null>(null);
  useEffect(() => void loadSubjects(), []);
  const names = rules.data.value?.items ?? [];
  const acts = mayEditSome.value && (
    <>
      <button type="button" class="button" onClick={() => (editing.value = "mute")}><Icon name="quiet" />{t("quiet.add_mute")}</button>
      <button type="button" class="button primary" onClick={() => (editing.value = "maintenance")}><Icon name="plus" />{t("quiet.add")}</button>
    </>
  );
  const done = async () => {
    editing.value = null;
    await query.refetch();
  };
  return (
    <>
      <PageHeader title={t("nav.quiet")} actions={acts} />
      <QuietTabs here={calendar ? "calendar" : "list"} />
      {calendar ? <QuietCalendar onOpen={(id) => (editing.value = query.data.peek()?.items.find((each) => each.id === id) ?? null)} /> : (
        <>
          <p class="quiet intro">{t("quiet.about")}</p>
          <Loaded query={query} lines={4} height={72}>
            {(list) => {
              const over = (each: Quiet) => !each.running && !each.next;
              const [running, coming, ended] = [list.items.filter((each) => each.running), list.items.filter((each) => !each.running && each.next), list.items.filter(over)];
              return (
                <>
                  {list.now && list.now.quiet > 0 && <p class="verdict" role="status">{t("quiet.now", { n: list.now.quiet, of: list.now.subjects })}</p>}
                  {list.now && list.now.held_for_parents > 0 && <p class="quiet" role="status">{t("quiet.held_for_parents", { n: list.now.held_for_parents })}</p>}
                  {running.length + coming.length === 0 && <Empty icon="quiet" title={t("quiet.none")} action={acts && <div class="form-actions">{acts}</div>}>{t("quiet.none_text")}</Empty>}
                  <Section title={t("quiet.running")} items={running} rules={names} onEdit={(each) => (editing.value = each)} onEnded={query.refetch} />
                  <Section title={t("quiet.coming")} items={coming} rules={names} onEdit={(each) => (editing.value = each)} onEnded={query.refetch} />
                  <p class="spaced-top"><Check checked={past} onChange={(on) => setParams({ past: on ? "1" : null })}>{t("quiet.show_past")}</Check></p>
                  {past && <Section title={t("quiet.past")} items={ended} rules={names} empty={t("quiet.no_past")} onEdit={null} onEnded={query.refetch} />}
                </>
              );
            }}
          </Loaded>
        </>
      )}
      {editing.value && (
        typeof editing.value === "string" ? <QuietForm quiet={null} kind={editing.value} onClose={() => (editing.value = null)} onSaved={done} />
        : <QuietForm quiet={editing.value} kind={editing.value.kind} onClose={() => (editing.value = null)} onSaved={done} />
      )}
    </>
  );
}

function Section(props: { title: string; items: Quiet[]; rules: Rule[]; empty?: string; onEdit: ((quiet: Quiet) => void) | null; onEnded: () => Promise<void> }) {
  if (props.items.length === 0) return props.empty ? <p class="quiet">{props.empty}</p> : null;
  return (
    <Panel title={props.title}>
      <ul class="quiet-list" aria-label={props.title}>
        {props.items.map((each) => <Row key={each.id} quiet={each} rules={props.rules} onEdit={props.onEdit} onEnded={props.onEnded} />)}
      </ul>
    </Panel>
  );
}

function Row(props: { quiet: Quiet; rules: Rule[]; onEdit: ((quiet: Quiet) => void) | null; onEnded: () => Promise<void> }) {
  const { quiet } = props;
  const busy = useSignal(false);
  const isOver = !quiet.running && !quiet.next;
  const editable = mayEditSome.value || (quiet.kind === "snooze" && mayAcknowledge.value);
  const name = quiet.name || quiet.reason || kindText(quiet.kind);
  const repeats = quiet.repeat !== "once";
  const end = async (onlyWindow: boolean) => {
    busy.value = true;
    await attempt(async () => {
      await call(api(`/quiet/${quiet.id}/end`), { method: "POST", body: onlyWindow ? { only_window: true } : {} });
      toast(t(quiet.running ? "quiet.ended" : "quiet.cancelled", { name }));
      await props.onEnded();
    });
    busy.value = false;
  };
  return (
    <li>
      <Outcome kind={quiet.running ? "info" : isOver ? "paused" : "pending"}>{kindText(quiet.kind)}</Outcome>
      <div class="grow">
        <h3>{name}</h3>
        <p>{matchersText(quiet, props.rules)} <span class="quiet">· {t("quiet.matches", { n: quiet.matches })}</span></p>
        <p class="quiet">
          {whenText(quiet)}
          {quiet.running && <> · {tx("quiet.until", { time: <Time at={quiet.running.to} exact /> })}</>}
          {!quiet.running && quiet.next && <> · {tx("quiet.next", { time: <Time at={quiet.next.from} exact /> })}</>}
          {quiet.ended_early_at && <> · {tx("quiet.ended_early", { time: <Time at={quiet.ended_early_at} exact /> })}</>}
        </p>
        <p class="quiet">{quiet.by_host ? t("quiet.by_host", { name: quiet.by_host.name }) : t("quiet.by", { name: quiet.by_name })}{quiet.reason && quiet.reason !== name && <> · {quiet.reason}</>}</p>
        {quiet.is_wide && <p class="note">{t("quiet.wide")}</p>}
      </div>
      {editable && !isOver && (
        <div class="actions">
          {props.onEdit && quiet.kind !== "host" && quiet.kind !== "snooze" && <button type="button" class="button small" onClick={() => props.onEdit?.(quiet)}>{t("form.edit")}<span class="hidden"> ({name})</span></button>}
          {quiet.running && repeats && <button type="button" class="button small" disabled={busy.value} onClick={() => void end(true)}>{t("quiet.end")}<span class="hidden"> ({name})</span></button>}
          <button type="button" class="button small" disabled={busy.value} onClick={() => void end(false)}>{t(repeats ? "quiet.end_all" : quiet.running ? "quiet.end" : "quiet.cancel")}<span class="hidden"> ({name})</span></button>
        </div>
      )}
    </li>
  );
}
