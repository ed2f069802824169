// The form of a bucket that speaks S3, with a try of what is typed before it is saved. The secret key is never shown: an
// empty one keeps what is stored.
import { useSignal } from "@preact/signals";
import { ApiError, call } from "../../lib/api";
import { t } from "../../lib/i18n";
import type { BackupBucket, BackupBucketTest } from "../../lib/types";
import { Check, Field } from "../../parts/basics";
import { Dialog, toast } from "../../parts/dialog";
import { Form, useForm } from "../../parts/form";
import { Outcome } from "../../parts/state";

const texts = ["endpoint", "region", "bucket", "prefix", "access_key"] as const;
type Values = Omit<BackupBucket, "secret_set">;
const empty: Values = { endpoint: "", region: "us-east-1", bucket: "", prefix: "connlog", access_key: "", path_style: true, retention: false };
const kTryMs = 60_000;

// A bucket without protection works, and is worth a warning.
const kindOf = ({ step, ok }: BackupBucketTest["steps"][number]) => (ok ? "up" : step === "protection" ? "warning" : "down");

export function BucketDialog(props: { bucket: BackupBucket | null; onClose: () => void; onSaved: () => Promise<void> }) {
  const form = useForm();
  const { secret_set: stored = false, ...begun } = props.bucket ?? { ...empty, secret_set: false };
  const values = useSignal<Values>(begun);
  const secret = useSignal("");
  const steps = useSignal<BackupBucketTest["steps"] | null>(null);
  const change = (part: Partial<Values>) => (values.value = { ...values.value, ...part });
  const body = () => ({
    ...values.value,
    ...Object.fromEntries(texts.map((name) => [name, values.value[name].trim()])),
    ...(secret.value ? { secret_key: secret.value } : {}),
  });
  // The form's errors are those of the try, too.
  const tryIt = async () => {
    if (form.busy.value) return;
    form.busy.value = true;
    form.error.value = null;
    steps.value = null;
    try {
      steps.value = (await call<BackupBucketTest>("/appliance/backup-bucket/test", { method: "POST", body: body(), timeoutMs: kTryMs })).steps;
    } catch (failure) {
      if (!(failure instanceof ApiError)) throw failure;
      form.error.value = failure;
    } finally {
      form.busy.value = false;
    }
  };
  return (
    <Dialog title={t(props.bucket ? "bucket.change" : "bucket.add")} wide onClose={props.onClose}>
      <Form state={form} spoken={t("bucket.title")} fields={[...texts, "secret_key"]} onSubmit={async () => {
        await call<BackupBucket>("/appliance/backup-bucket", { method: "PUT", body: body() });
        secret.value = "";
        toast(t("form.saved"));
        await props.onSaved();
        props.onClose();
      }}>
        <p class="quiet">{t("bucket.about")}</p>
        {texts.map((name) => (
          <Field key={name} text={t(`bucket.${name}`)} optional={name === "prefix"} hint={name === "endpoint" ? t("bucket.endpoint_hint") : name === "prefix" ? t("bucket.prefix_hint") : undefined} error={form.fieldError(name)}>
            {(attributes) => {
              const common = {
                ...attributes, name, required: name !== "prefix", autoComplete: "off", spellcheck: false, maxLength: 300, value: values.value[name],
                onInput: (event: { currentTarget: HTMLInputElement }) => (values.value = { ...values.value, [name]: event.currentTarget.value }),
              };
              return name === "endpoint" ? <input {...common} type="url" /> : <input {...common} type="text" />;
            }}
          </Field>
        ))}
        <Field text={t("bucket.secret_key")} hint={stored ? t("kind.secret_kept") : undefined} error={form.fieldError("secret_key")}>
          {(attributes) => (
            <input {...attributes} type="password" name="secret_key" required={!stored} autoComplete="off" spellcheck={false} maxLength={300} value={secret.value}
              onInput={(event) => (secret.value = event.currentTarget.value)} />
          )}
        </Field>
        <Check name="path_style" checked={values.value.path_style} onChange={(path_style) => change({ path_style })}>
          {t("bucket.path_style")}<br /><span class="quiet">{t("bucket.path_style_text")}</span>
        </Check>
        <Check name="retention" checked={values.value.retention} onChange={(retention) => change({ retention })}>
          {t("bucket.retention")}<br /><span class="quiet">{t("bucket.retention_text")}</span>
        </Check>
        <div class="answers" role="status">
          {steps.value?.map((step) => (
            <p key={step.step}><Outcome kind={kindOf(step)}>{t(`bucket.step_${kindOf(step)}`)}</Outcome> {step.text}</p>
          ))}
        </div>
        <div class="form-actions">
          <button type="button" class="button" disabled={form.busy.value} onClick={() => void tryIt()}>{t("bucket.try")}</button>
          <button type="submit" class="button primary" disabled={form.busy.value}>{t("form.save")}</button>
          <button type="button" class="button" onClick={props.onClose}>{t("confirm.cancel")}</button>
        </div>
      </Form>
    </Dialog>
  );
}
