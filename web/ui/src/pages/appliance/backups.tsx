// Appliance: its backups. What an administrator wants to know comes first (how old is the newest one that was proved, what
// is wrong and what to do), then what runs, then the list, then what it takes to make them: the recovery key, places, the
// schedule. Until these are there, a list of steps leads to them. Asks every second while something runs.
import { useSignal } from "@preact/signals";
import { useRef } from "preact/hooks";
import { call, newKey } from "../../lib/api";
import { t, word } from "../../lib/i18n";
import { useQuery, type Query } from "../../lib/query";
import { ago } from "../../lib/time";
import type { Backup, BackupKind, BackupList } from "../../lib/types";
import { Empty, Facts, Loaded, Panel } from "../../parts/basics";
import { Dialog, toast } from "../../parts/dialog";
import { Form, useForm } from "../../parts/form";
import { Icon } from "../../parts/icon";
import { Outcome, State } from "../../parts/state";
import { ApplianceShell } from "../../shell/appliance_shell";
import { BackupTable } from "./backup_list";
import { Passphrase } from "./backup_passphrase";
import { Places } from "./backup_places";
import { Progress } from "./backup_progress";
import { ScheduleForm } from "./backup_schedule";
import { RecoveryKeyPanel } from "./recovery_key";

const kEveryMs = 15_000;
const kEveryMsWhileItRuns = 1_000;

const runs = (list: BackupList | null) => list !== null && (list.progress.length > 0 || list.items.some((backup) => backup.state === "running"));
const canBeOpened = (list: BackupList) => list.recovery_key.state === "confirmed" || list.passphrase.is_set;
// A finding that is up is a note only.
const worries = (list: BackupList) => list.findings.filter((finding) => finding.state !== "up");
const isProved = (backup: Backup) => backup.state === "complete" && backup.verified_at !== null && backup.verify_trouble === "";

export function BackupsPage(_: { id: string }) {
  const query: Query<BackupList> = useQuery<BackupList>("/appliance/backups", {
    get everyMs() {
      return runs(query.data.peek()) ? kEveryMsWhileItRuns : kEveryMs;
    },
  });
  const making = useSignal(false);
  const refetch = () => query.refetch();
  const list = query.data.value;
  const make = list !== null && canBeOpened(list) && (
    <button type="button" class="button primary" onClick={() => (making.value = true)}><Icon name="plus" />{t("backups.make")}</button>
  );
  return (
    <ApplianceShell title={t("appliance.backups")} state={list && <Mark list={list} />} actions={make}>
      <Loaded query={query} lines={6} height={56}>
        {(backups) => (
          <>
            <Verdict list={backups} />
            {backups.findings.length > 0 && (
              <Panel title={t("backups.findings")} class={worries(backups).length > 0 ? "caution spaced" : "spaced"}>
                <ul class="plain-list">
                  {backups.findings.map((finding) => (
                    <li key={finding.text}>
                      {finding.state === "up" ? <Outcome kind="pending">{t("backups.note")}</Outcome> : <State state={finding.state} />}
                      <span class="grow">{finding.text}</span>
                    </li>
                  ))}
                </ul>
              </Panel>
            )}
            <Steps list={backups} onMake={() => (making.value = true)} />
            <Running list={backups} />
            <Panel title={t("backups.list")} note={backups.next_at ? t("backups.next", { when: ago(backups.next_at) }) : undefined}>
              {backups.items.length === 0
                ? <Empty icon="inbox" title={t("backups.none")}>{t("backups.none_text")}</Empty>
                : <BackupTable backups={backups.items} progress={backups.progress} changed={refetch} />}
            </Panel>
            <div class="columns">
              <RecoveryKeyPanel list={backups} changed={refetch} />
              <Places list={backups} changed={refetch} />
              <div id="schedule"><ScheduleForm key={JSON.stringify(backups.schedule)} list={backups} changed={refetch} /></div>
              <div>
                <Passphrase list={backups} changed={refetch} />
                <Panel title={t("backups.identity")}>
                  <p class="quiet">{t("backups.identity_text")}</p>
                  <Facts items={[
                    [t("backups.signer"), <code class="answer-text">{backups.signer || "–"}</code>],
                    [t("backups.instance"), <code class="answer-text">{backups.instance || "–"}</code>],
                  ]} />
                </Panel>
              </div>
            </div>
          </>
        )}
      </Loaded>
      {making.value && <Make onClose={() => (making.value = false)} onMade={refetch} />}
    </ApplianceShell>
  );
}

const newestProved = (list: BackupList): Backup | null =>
  list.items.filter(isProved).reduce<Backup | null>((newest, each) => (newest && newest.started_at >= each.started_at ? newest : each), null);

function Mark(props: { list: BackupList }) {
  const worrying = worries(props.list);
  if (worrying.some((finding) => finding.state === "down")) return <State state="down" loud />;
  if (!newestProved(props.list)) return <Outcome kind="warning">{t("backups.unproved")}</Outcome>;
  return worrying.length > 0 ? <State state="degraded" loud /> : <State state="up" loud />;
}

function Verdict(props: { list: BackupList }) {
  const { items } = props.list;
  const worrying = worries(props.list);
  const proved = newestProved(props.list);
  if (!items.some((backup) => backup.state === "complete")) return <p class="verdict bad">{t("backups.verdict_none")}</p>;
  if (!proved) return <p class="verdict bad">{t("backups.verdict_unproved")}</p>;
  const bad = worrying.some((finding) => finding.state === "down");
  return (
    <p class={bad ? "verdict bad" : "verdict good"}>
      {t("backups.verdict", { when: ago(proved.started_at) })}{" "}
      {worrying.length === 0 ? t("backups.verdict_well") : t("backups.verdict_findings", { n: worrying.length })}
    </p>
  );
}

// Leads from nothing to backups that are made by themselves. It goes away when they are.
function Steps(props: { list: BackupList; onMake: () => void }) {
  const { list } = props;
  const hasKey = list.recovery_key.state === "confirmed";
  const steps = [
    { name: "key", done: hasKey, act: <a class="button" href="#recovery-key">{t("backups.step_key_action")}</a> },
    { name: "place", done: list.bucket !== null || list.destinations.some((each) => each.is_ready && !each.same_device), act: <a class="button" href="#places">{t("backups.step_place_action")}</a> },
    { name: "schedule", done: list.schedule.enabled, act: <a class="button" href="#schedule">{t("backups.step_schedule_action")}</a> },
    { name: "first", done: list.items.some((backup) => backup.state === "complete"), act: canBeOpened(list) && <button type="button" class="button" onClick={props.onMake}>{t("backups.make")}</button> },
  ] as const;
  if (steps.every((step) => step.done)) return null;
  return (
    <Panel title={t("backups.steps")} class="spaced">
      <ol class="danger-list" aria-label={t("backups.steps")}>
        {steps.map((step, index) => (
          <li key={step.name}>
            {step.done ? <Outcome kind="up">{t("backups.step_done")}</Outcome> : <Outcome kind="pending">{t("backups.step_open")}</Outcome>}
            <div>
              <strong>{index + 1}. {t(`backups.step_${step.name}`)}</strong>
              <p class="quiet">{t(`backups.step_${step.name}_text`)}</p>
            </div>
            {!step.done && step.act}
          </li>
        ))}
      </ol>
    </Panel>
  );
}

// What runs. A screen reader is told of each new thing, not of each percent.
function Running(props: { list: BackupList }) {
  const { progress, items } = props.list;
  const spoken = progress.map((each) => word("backup_step", each.step)).join(", ");
  return (
    <>
      <p class="hidden" role="status">{spoken}</p>
      {progress.length > 0 && (
        <Panel title={t("backups.running")} class="spaced">
          <ul class="stack">
            {progress.map((each) => (
              <li key={`${each.backup_id} ${each.step} ${each.destination}`}>
                <Progress of={each} backup={items.find((backup) => backup.id === each.backup_id) ?? null} />
              </li>
            ))}
          </ul>
        </Panel>
      )}
    </>
  );
}

function Make(props: { onClose: () => void; onMade: () => Promise<void> }) {
  const form = useForm();
  const kind = useSignal<BackupKind>("whole");
  const key = useRef(newKey());
  return (
    <Dialog title={t("backups.make")} onClose={props.onClose}>
      <Form state={form} spoken={t("backups.make")} fields={["kind"]} onSubmit={async () => {
        await call<Backup>("/appliance/backups", { method: "POST", body: { kind: kind.value }, key: key.current });
        toast(t("backups.made"));
        await props.onMade();
        props.onClose();
      }}>
        <fieldset>
          <legend class="legend-title">{t("backups.kind")}</legend>
          <div class="stack">
            {(["whole", "without_history"] as const).map((each) => (
              <label key={each} class="check">
                <input type="radio" name="kind" value={each} checked={kind.value === each} onChange={() => (kind.value = each)} />
                <span><strong>{word("backup_kind", each)}</strong><br /><span class="quiet">{t(`backups.kind_${each}`)}</span></span>
              </label>
            ))}
          </div>
          {form.fieldError("kind") && <p class="field-error">{form.fieldError("kind")}</p>}
        </fieldset>
        <div class="form-actions">
          <button type="submit" class="button primary" disabled={form.busy.value}>{t("backups.make_action")}</button>
          <button type="button" class="button" onClick={props.onClose}>{t("confirm.cancel")}</button>
        </div>
      </Form>
    </Dialog>
  );
}
