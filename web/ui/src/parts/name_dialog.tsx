// A dialog that asks for one name.
import { useSignal } from "@preact/signals";
import { t } from "../lib/i18n";
import { Field } from "./basics";
import { Dialog } from "./dialog";
import { Form, useForm } from "./form";

export function NameDialog(props: { title: string; name: string; hint?: string; onClose: () => void; onNamed: (name: string) => Promise<void> }) {
  const form = useForm();
  const name = useSignal(props.name);
  return (
    <Dialog title={props.title} onClose={props.onClose}>
      <Form state={form} spoken={props.title} fields={["name"]} onSubmit={async () => {
        await props.onNamed(name.value.trim());
        props.onClose();
      }}>
        <Field text={t("agents.name")} hint={props.hint} error={form.fieldError("name")}>
          {(attributes) => <input {...attributes} type="text" name="name" required autoFocus maxLength={80} value={name.value} onInput={(event) => (name.value = event.currentTarget.value)} />}
        </Field>
        <div class="form-actions">
          <button type="submit" class="button primary" disabled={form.busy.value}>{t("form.save")}</button>
          <button type="button" class="button" onClick={props.onClose}>{t("confirm.cancel")}</button>
        </div>
      </Form>
    </Dialog>
  );
}
