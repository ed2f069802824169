// A passphrase that opens backups beside the recovery key. The appliance keeps nothing by which it could be found out.
import { useSignal } from "@preact/signals";
import { ApiError, call } from "../../lib/api";
import { t } from "../../lib/i18n";
import { Time } from "../../lib/time";
import type { BackupList } from "../../lib/types";
import { Facts, Field, Panel } from "../../parts/basics";
import { Confirm, Dialog, toast } from "../../parts/dialog";
import { Form, useForm } from "../../parts/form";
import { Outcome } from "../../parts/state";

export function Passphrase(props: { list: BackupList; changed: () => Promise<void> }) {
  const { passphrase } = props.list;
  const asking = useSignal<"set" | "remove" | null>(null);
  const close = () => (asking.value = null);
  return (
    <Panel title={t("passphrase.title")}>
      <p class="quiet">{t("passphrase.about")}</p>
      {passphrase.is_set && (
        <Facts items={[
          [t("recovery_key.state"), <Outcome kind="up">{t("passphrase.set")}</Outcome>],
          [t("recovery_key.since"), <Time at={passphrase.since} />],
        ]} />
      )}
      <div class="form-actions spaced-top">
        <button type="button" class="button" onClick={() => (asking.value = "set")}>{t(passphrase.is_set ? "passphrase.change" : "passphrase.make")}</button>
        {passphrase.is_set && <button type="button" class="button danger-quiet" onClick={() => (asking.value = "remove")}>{t("passphrase.remove")}</button>}
      </div>
      {asking.value === "set" && <SetPassphrase isSet={passphrase.is_set} onClose={close} changed={props.changed} />}
      {asking.value === "remove" && (
        <Confirm title={t("passphrase.remove")} text={t("passphrase.remove_text")} action={t("passphrase.remove")} danger onClose={close}
          onConfirm={async () => {
            await call("/appliance/backup-passphrase", { method: "DELETE" });
            await props.changed();
          }} />
      )}
    </Panel>
  );
}

function SetPassphrase(props: { isSet: boolean; onClose: () => void; changed: () => Promise<void> }) {
  const form = useForm();
  const first = useSignal("");
  const again = useSignal("");
  return (
    <Dialog title={t(props.isSet ? "passphrase.change" : "passphrase.make")} onClose={props.onClose}>
      <Form state={form} spoken={t("passphrase.title")} fields={["passphrase", "again"]} onSubmit={async () => {
        if (first.value !== again.value) throw new ApiError(t("passphrase.differs"), 0, "differs", "again");
        await call("/appliance/backup-passphrase", { method: "PUT", body: { passphrase: first.value } });
        first.value = again.value = "";
        toast(t("form.saved"));
        await props.changed();
        props.onClose();
      }}>
        <Field text={t("passphrase.first")} hint={t("passphrase.hint")} error={form.fieldError("passphrase")}>
          {(attributes) => <input {...attributes} type="password" name="passphrase" required autoFocus autoComplete="new-password" maxLength={1024} value={first.value} onInput={(event) => (first.value = event.currentTarget.value)} />}
        </Field>
        <Field text={t("passphrase.again")} error={form.fieldError("again")}>
          {(attributes) => <input {...attributes} type="password" name="again" required autoComplete="new-password" maxLength={1024} value={again.value} onInput={(event) => (again.value = event.currentTarget.value)} />}
        </Field>
        {props.isSet && <p class="note">{t("passphrase.change_text")}</p>}
        <div class="form-actions">
          <button type="submit" class="button primary" disabled={form.busy.value}>{t("form.save")}</button>
          <button type="button" class="button" onClick={props.onClose}>{t("confirm.cancel")}</button>
        </div>
      </Form>
    </Dialog>
  );
}
