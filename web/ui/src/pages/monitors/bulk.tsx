// What is done with several chosen monitors at once: pause, resume, tags, interval.
import { useSignal, type Signal } from "@preact/signals";
import { call } from "../../lib/api";
import { t } from "../../lib/i18n";
import { splitTags } from "../../lib/tags";
import { api } from "../../lib/workspace";
import { Field } from "../../parts/basics";
import { attempt, Confirm, Dialog, toast } from "../../parts/dialog";
import { Form, useForm } from "../../parts/form";
import { type Own, timingNames } from "./model";
import { TimingFields } from "./timing_fields";

interface Change {
  paused?: boolean;
  tags_add?: string[];
  tags_remove?: string[];
  own?: Own;
}
interface Done {
  changed: number;
  failed: { id: string; detail: string }[];
}

export function Bulk(props: { chosen: Signal<ReadonlySet<string>>; onDone: () => Promise<void> }) {
  const { chosen } = props;
  const asking = useSignal<"pause" | "tags" | "interval" | null>(null);
  const n = chosen.value.size;
  const apply = async (change: Change) => {
    const done = await call<Done>(api("/monitors/bulk"), { method: "POST", body: { ids: [...chosen.value], change } });
    // Those that failed stay chosen.
    chosen.value = new Set(done.failed.map((each) => each.id));
    if (done.changed > 0) toast(t("bulk.done", { n: done.changed }));
    if (done.failed.length > 0) toast(t("bulk.failed", { n: done.failed.length, detail: done.failed[0]?.detail ?? "" }), true);
    await props.onDone();
  };
  const close = () => (asking.value = null);
  return (
    <div class="panel bulk" role="region" aria-label={t("bulk.title")}>
      <strong role="status">{t("bulk.chosen", { n })}</strong>
      <div class="actions">
        <button type="button" class="button small" onClick={() => (asking.value = "pause")}>{t("watched.pause")}</button>
        <button type="button" class="button small" onClick={() => void attempt(() => apply({ paused: false }))}>{t("watched.resume")}</button>
        <button type="button" class="button small" onClick={() => (asking.value = "tags")}>{t("bulk.tags")}</button>
        <button type="button" class="button small" onClick={() => (asking.value = "interval")}>{t("bulk.interval")}</button>
        <button type="button" class="button small" onClick={() => (chosen.value = new Set())}>{t("bulk.none")}</button>
      </div>
      {asking.value === "pause" && (
        <Confirm title={t("watched.pause")} text={t("bulk.pause_text", { n })} action={t("watched.pause")} onClose={close} onConfirm={() => apply({ paused: true })} />
      )}
      {asking.value === "tags" && <TagsDialog onClose={close} apply={apply} />}
      {asking.value === "interval" && <IntervalDialog onClose={close} apply={apply} />}
    </div>
  );
}

function TagsDialog(props: { onClose: () => void; apply: (change: Change) => Promise<void> }) {
  const form = useForm();
  const add = useSignal("");
  const remove = useSignal("");
  return (
    <Dialog title={t("bulk.tags")} onClose={props.onClose}>
      <Form state={form} spoken={t("bulk.tags")} fields={["change.tags_add", "change.tags_remove"]} onSubmit={async () => {
        await props.apply({ tags_add: splitTags(add.value), tags_remove: splitTags(remove.value) });
        props.onClose();
      }}>
        <Field text={t("bulk.tags_add")} optional hint={t("agents.tags_hint")} error={form.fieldError("change.tags_add")}>
          {(attributes) => <input {...attributes} type="text" name="tags_add" autoFocus autoComplete="off" spellcheck={false} value={add.value} onInput={(event) => (add.value = event.currentTarget.value)} />}
        </Field>
        <Field text={t("bulk.tags_remove")} optional error={form.fieldError("change.tags_remove")}>
          {(attributes) => <input {...attributes} type="text" name="tags_remove" autoComplete="off" spellcheck={false} value={remove.value} onInput={(event) => (remove.value = event.currentTarget.value)} />}
        </Field>
        <Actions busy={form.busy.value} onClose={props.onClose} />
      </Form>
    </Dialog>
  );
}

function IntervalDialog(props: { onClose: () => void; apply: (change: Change) => Promise<void> }) {
  const form = useForm();
  const own = useSignal<Own>({});
  return (
    <Dialog title={t("bulk.interval")} onClose={props.onClose} wide>
      <p class="quiet">{t("bulk.interval_text")}</p>
      <Form state={form} spoken={t("bulk.interval")} fields={timingNames.map((name) => `change.own.${name}`)} onSubmit={async () => {
        await props.apply({ own: own.value });
        props.onClose();
      }}>
        <TimingFields own={own} form={form} prefix="change.own." plain />
        <Actions busy={form.busy.value} onClose={props.onClose} />
      </Form>
    </Dialog>
  );
}

function Actions(props: { busy: boolean; onClose: () => void }) {
  return (
    <div class="form-actions">
      <button type="submit" class="button primary" disabled={props.busy}>{t("form.save")}</button>
      <button type="button" class="button" onClick={props.onClose}>{t("confirm.cancel")}</button>
    </div>
  );
}
