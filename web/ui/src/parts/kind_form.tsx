// The fields of a kind (of channel, …) as the server describes them. The texts come with the description, so a new kind
// needs nothing here. A secret is never shown: an empty one keeps what is stored, and an optional one can be cleared.
import { useSignal, type Signal } from "@preact/signals";
import texts from "../catalogue/en.kind.json";
import { learn, t } from "../lib/i18n";
import { duration } from "../lib/time";
import type { FieldType, KindField, KindValue } from "../lib/types";
import { Check, Field } from "./basics";
import type { FormState } from "./form";

learn(texts);

export type KindValues = Record<string, KindValue>;

// Of seconds it also says what they are as people say them.
const spoken = (field: KindField, value: KindValue | undefined): string => (field.name.endsWith("_seconds") && typeof value === "number" && value >= 60 ? `= ${duration(value)}.` : "");

const asked = (fields: KindField[]): KindField[] => fields.filter((field) => !field.made_here);

function standard(field: KindField): KindValue {
  if (field.type === "flag") return field.default === "true";
  if (field.type === "number") return field.default === null ? null : Number(field.default);
  return field.default ?? "";
}

export const standardOf = (field: KindField): KindValue => (field.secret ? "" : standard(field));

// What the form starts with: what is stored, or the defaults. Secrets start empty.
export function kindValues(fields: KindField[], stored: KindValues = {}): KindValues {
  return Object.fromEntries(asked(fields).map((field) => [field.name, field.secret ? "" : (stored[field.name] ?? standard(field))]));
}

// What is sent: an untouched secret is left out, so that it stays; a cleared one is null.
export function kindBody(fields: KindField[], values: KindValues): KindValues {
  const body: KindValues = {};
  for (const field of asked(fields)) {
    const value = values[field.name];
    if (field.secret && value === "") continue;
    body[field.name] = typeof value === "string" ? (value.trim() === "" ? null : value.trim()) : (value ?? null);
  }
  return body;
}

// The names under which a refusal names a field, for Form.
export const kindFieldNames = (fields: KindField[]): string[] => asked(fields).map((field) => `fields.${field.name}`);

export function KindForm(props: { form: FormState; fields: KindField[]; values: Signal<KindValues>; secretsSet?: string[] }) {
  return (
    <>
      {asked(props.fields).map((field) => (
        <KindInput key={field.name} form={props.form} field={field} values={props.values} isSet={props.secretsSet?.includes(field.name) ?? false} />
      ))}
    </>
  );
}

function KindInput(props: { form: FormState; field: KindField; values: Signal<KindValues>; isSet: boolean }) {
  const { field, values } = props;
  const clears = useSignal(false);
  const name = `fields.${field.name}`;
  const value = values.value[field.name];
  const change = (next: KindValue) => (values.value = { ...values.value, [field.name]: next });
  if (field.type === "flag") {
    return <Check name={name} checked={value === true} onChange={change}>{field.label}</Check>;
  }
  const kept = field.secret && props.isSet;
  const hint = [spoken(field, value), field.help, kept ? t("kind.secret_kept") : ""].filter(Boolean).join(" ");
  return (
    <>
      <Field text={field.label} optional={!field.required} hint={hint || undefined} error={props.form.fieldError(name)}>
        {(attributes) => {
          const rest = { ...attributes, name, required: field.required && !kept, disabled: clears.value };
          const text = typeof value === "string" ? value : "";
          const typed = (event: { currentTarget: { value: string } }) => change(event.currentTarget.value);
          switch (field.type as FieldType) {
            case "choice":
              return (
                <select {...rest} value={text} onChange={typed}>
                  {!field.required && !field.default && <option value="">{t("kind.none")}</option>}
                  {field.choices.map((choice) => <option key={choice.word} value={choice.word}>{choice.label}</option>)}
                </select>
              );
            case "lines":
            case "certificate":
            case "secret_lines":
              return <textarea {...rest} rows={field.secret ? 3 : 5} autoComplete="off" spellcheck={false} class="mono" placeholder={field.example} value={text} onInput={typed} />;
            case "number":
              return (
                <input {...rest} type="number" min={field.lowest} max={field.highest} value={typeof value === "number" ? value : ""}
                  onInput={(event) => change(Number.isNaN(event.currentTarget.valueAsNumber) ? null : event.currentTarget.valueAsNumber)} />
              );
            case "secret":
            case "secret_url":
              return <input {...rest} type="password" autoComplete="off" spellcheck={false} placeholder={field.example} value={text} onInput={typed} />;
            default: {
              const common = { ...rest, spellcheck: false, placeholder: field.example, maxLength: field.highest > 0 ? field.highest : undefined, value: text, onInput: typed };
              if (field.type === "mail") return <input {...common} type="email" />;
              if (field.type === "url") return <input {...common} type="url" />;
              return <input {...common} type="text" />;
            }
          }
        }}
      </Field>
      {kept && !field.required && (
        <Check checked={clears.value} onChange={(on) => {
          clears.value = on;
          change(on ? null : "");
        }}>{t("kind.clear", { name: field.label })}</Check>
      )}
    </>
  );
}
