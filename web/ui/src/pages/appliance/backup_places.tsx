// Where backups are kept: the directories of connlog.toml, with what to do about one that is absent, and a bucket.
import { useSignal } from "@preact/signals";
import { call } from "../../lib/api";
import { t } from "../../lib/i18n";
import { bytes } from "../../lib/format";
import type { BackupDestination, BackupList } from "../../lib/types";
import { CopyBox, Panel } from "../../parts/basics";
import { Confirm, toast } from "../../parts/dialog";
import { Outcome } from "../../parts/state";
import { BucketDialog } from "./backup_bucket";

const kExample = "/mnt/backups";

export function Places(props: { list: BackupList; changed: () => Promise<void> }) {
  const { destinations, bucket } = props.list;
  const editing = useSignal(false);
  const removing = useSignal(false);
  const elsewhere = destinations.some((each) => !each.same_device);
  return (
    <div id="places">
      <Panel title={t("places.title")}>
        {!elsewhere && <p class="note">{t("places.none")}</p>}
        <ul class="danger-list">{destinations.map((each) => <li key={each.name}><Place place={each} /></li>)}</ul>
        <details class="spaced-top">
          <summary>{t("places.how")}</summary>
          <p>{t("places.how_text")}</p>
          <CopyBox spoken={t("places.how_setting")} text={`backup_directories = ["${kExample}"]`} />
          <p>{t("places.how_init")}</p>
          <CopyBox spoken={t("places.how_command")} text={`sudo connlog backup init ${kExample}`} />
        </details>
        <div class="form-actions spaced-top">
          <button type="button" class="button" onClick={() => (editing.value = true)}>{t(bucket ? "bucket.change" : "bucket.add")}</button>
          {bucket && <button type="button" class="button danger-quiet" onClick={() => (removing.value = true)}>{t("bucket.remove")}</button>}
        </div>
      </Panel>
      {editing.value && <BucketDialog bucket={bucket} onClose={() => (editing.value = false)} onSaved={props.changed} />}
      {removing.value && (
        <Confirm title={t("bucket.remove")} text={t("bucket.remove_text")} action={t("bucket.remove")} danger onClose={() => (removing.value = false)}
          onConfirm={async () => {
            await call("/appliance/backup-bucket", { method: "DELETE" });
            toast(t("bucket.removed"));
            await props.changed();
          }} />
      )}
    </div>
  );
}

function Place(props: { place: BackupDestination }) {
  const { place } = props;
  const facts = [
    t("places.holds", { n: place.backups, size: bytes(place.bytes) }),
    place.free_bytes !== null && place.free_bytes >= 0 ? t("places.free", { size: bytes(place.free_bytes) }) : "",
  ].filter(Boolean).join(" · ");
  return (
    <div>
      {place.is_ready ? <Outcome kind="up">{t("places.ready")}</Outcome> : <Outcome kind="down">{t("places.absent")}</Outcome>}{" "}
      <code>{place.name}</code>
      <p class="quiet">{facts}</p>
      {place.same_device && <p class="quiet">{t("places.same_device")}</p>}
      {place.trouble && <p>{place.trouble}</p>}
      {!place.is_ready && place.is_directory && (
        <>
          <p>{t("places.init")}</p>
          <CopyBox spoken={t("places.command_for", { name: place.name })} text={`sudo connlog backup init ${place.name}`} />
        </>
      )}
    </div>
  );
}
