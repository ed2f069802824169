// The list of backups, and what can be done with one: download, verify, drill, remove.
import { useSignal } from "@preact/signals";
import { call } from "../../lib/api";
import { t, word, type Key } from "../../lib/i18n";
import { bytes } from "../../lib/format";
import { shortTime, Time } from "../../lib/time";
import type { Backup, BackupProgress } from "../../lib/types";
import { Facts } from "../../parts/basics";
import { attempt, Confirm, Dialog, toast } from "../../parts/dialog";
import { Outcome } from "../../parts/state";
import { Progress } from "./backup_progress";

type ListProps = { backups: Backup[]; progress: BackupProgress[]; changed: () => Promise<void> };

const placesOf = (backup: Backup) => backup.copies.filter((copy) => copy.is_there).map((copy) => copy.destination);

export function BackupTable(props: ListProps) {
  const open = useSignal<string | null>(null);
  const removing = useSignal<Backup | null>(null);
  const shown = props.backups.find((backup) => backup.id === open.value);
  const progressOf = (backup: Backup) => props.progress.find((each) => each.backup_id === backup.id);
  return (
    <>
      <table class="table" aria-label={t("backups.list")}>
        <thead>
          <tr>
            <th scope="col">{t("backups.when")}</th>
            <th scope="col" class="wide-only">{t("backups.state")}</th>
            <th scope="col" class="wide-only">{t("backups.where")}</th>
            <th scope="col" class="wide-only col-time">{t("backups.drilled")}</th>
            <th scope="col" class="number wide-only col-cpu">{t("backups.size")}</th>
            <th scope="col" class="number col-time"><span class="hidden">{t("backups.acts")}</span></th>
          </tr>
        </thead>
        <tbody>
          {props.backups.map((backup) => (
            <tr key={backup.id}>
              <td>
                <Time at={backup.started_at} exact />
                <span class="under">{word("backup_kind", backup.kind)}</span>
                <span class="under">{word("backup_trigger", backup.trigger)}{backup.by && ` · ${backup.by}`}</span>
                <div class="narrow-only"><StateOf backup={backup} progress={progressOf(backup)} /></div>
              </td>
              <td class="wide-only"><StateOf backup={backup} progress={progressOf(backup)} /></td>
              <td class="wide-only"><Where backup={backup} /></td>
              <td class="wide-only">
                {backup.drill_trouble ? <Outcome kind="down">{t("backups.drill_failed")}</Outcome> : <Time at={backup.drilled_at} />}
              </td>
              <td class="number wide-only">{backup.state === "complete" ? bytes(backup.bytes) : "–"}</td>
              <td class="number">
                <button type="button" class="button small" onClick={() => (open.value = backup.id)}>{t("backups.manage")}<span class="hidden"> ({shortTime(backup.started_at)})</span></button>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {shown && (
        <Manage backup={shown} changed={props.changed} onClose={() => (open.value = null)} onRemove={() => {
          open.value = null;
          removing.value = shown;
        }} />
      )}
      {removing.value && (
        <Confirm title={t("backups.remove_title")} action={t("backups.remove")} danger onClose={() => (removing.value = null)}
          text={t("backups.remove_text", { when: shortTime(removing.value.started_at), places: placesOf(removing.value).join(", ") || "–" })}
          onConfirm={async () => {
            await call(`/appliance/backups/${removing.value?.id}`, { method: "DELETE" });
            toast(t("backups.removed"));
            await props.changed();
          }} />
      )}
    </>
  );
}

function StateOf(props: { backup: Backup; progress: BackupProgress | undefined }) {
  const { backup, progress } = props;
  if (backup.state === "running") return progress ? <Progress of={progress} backup={null} /> : <Outcome kind="pending">{t("backups.state_running")}</Outcome>;
  if (backup.state === "failed") return <><Outcome kind="down">{t("backups.state_failed")}</Outcome><span class="under">{backup.trouble}</span></>;
  if (backup.verify_trouble) return <><Outcome kind="down">{t("backups.state_damaged")}</Outcome><span class="under">{backup.verify_trouble}</span></>;
  if (!backup.verified_at) return <Outcome kind="pending">{t("backups.state_unverified")}</Outcome>;
  return <><Outcome kind="up">{t("backups.state_verified")}</Outcome><span class="under"><Time at={backup.verified_at} /></span></>;
}

function Where(props: { backup: Backup }) {
  return (
    <ul class="plain">
      {props.backup.copies.map((copy) => (
        <li key={copy.destination} class="breakable">
          {copy.is_there ? <code>{copy.destination}</code> : <><Outcome kind="warning">{t("backups.not_there")}</Outcome> <code>{copy.destination}</code></>}
          {!copy.is_there && copy.trouble && <span class="under">{copy.trouble}</span>}
        </li>
      ))}
    </ul>
  );
}

// A download cannot ask for a fresh proof when it is refused, so the proof comes first.
async function download(backup: Backup): Promise<void> {
  await call("/step-up");
  const link = document.createElement("a");
  link.href = `/api/v1/appliance/backups/${backup.id}/file`;
  link.download = backup.name;
  link.click();
}

function Manage(props: { backup: Backup; changed: () => Promise<void>; onClose: () => void; onRemove: () => void }) {
  const { backup } = props;
  const whole = backup.state === "complete";
  const begin = (what: "verify" | "drill") => attempt(async () => {
    await call(`/appliance/backups/${backup.id}/${what}`, { method: "POST" });
    toast(t(what === "verify" ? "backups.verify_began" : "backups.drill_began"));
    props.onClose();
    await props.changed();
  });
  const acts: { name: string; text: Key; explain: Key; open: boolean; danger?: boolean; run: () => void }[] = [
    { name: "download", text: "backups.download", explain: "backups.download_text", open: whole && placesOf(backup).length > 0, run: () => void attempt(() => download(backup)) },
    { name: "verify", text: "backups.verify", explain: "backups.verify_text", open: whole && backup.has_key, run: () => void begin("verify") },
    { name: "drill", text: "backups.drill", explain: "backups.drill_text", open: whole && backup.has_key, run: () => void begin("drill") },
    { name: "remove", text: "backups.remove", explain: "backups.remove_explain", open: backup.state !== "running", danger: true, run: props.onRemove },
  ];
  return (
    <Dialog title={t("backups.one", { when: shortTime(backup.started_at) })} wide onClose={props.onClose}>
      <Facts items={[
        [t("backups.file"), <code class="answer-text">{backup.name || "–"}</code>],
        [t("backups.size"), whole ? bytes(backup.bytes) : "–"],
        [t("backups.state"), <StateOf backup={backup} progress={undefined} />],
        [t("backups.drilled"), backup.drill_trouble ? <><Outcome kind="down">{t("backups.drill_failed")}</Outcome> <span class="under">{backup.drill_trouble}</span></> : <Time at={backup.drilled_at} />],
        [t("backups.where"), <Where backup={backup} />],
      ]} />
      <ul class="danger-list spaced-top">
        {acts.filter((act) => act.open).map((act) => (
          <li key={act.name}>
            <div><strong>{t(act.text)}</strong><p class="quiet">{t(act.explain)}</p></div>
            <button type="button" class={act.danger ? "button danger-quiet" : "button"} onClick={act.run}>{t(act.text)}</button>
          </li>
        ))}
      </ul>
    </Dialog>
  );
}
