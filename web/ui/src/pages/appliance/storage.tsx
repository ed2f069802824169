// Appliance: what uses the disk, how long things are kept, and what another time would delete before it is saved. A
// shorter time waits for a day and can be undone.
import { useSignal } from "@preact/signals";
import texts from "../../catalogue/en.storage.json";
import { ApiError, call } from "../../lib/api";
import { bytes, number } from "../../lib/format";
import { learn, t, word } from "../../lib/i18n";
import { useQuery } from "../../lib/query";
import { absoluteTime, ago } from "../../lib/time";
import type { ApplianceStorage, StoragePreview } from "../../lib/types";
import { Field, Loaded, Panel } from "../../parts/basics";
import { toast } from "../../parts/dialog";
import { Form, useForm } from "../../parts/form";
import { ApplianceShell } from "../../shell/appliance_shell";

learn(texts);

type LimitRow = ApplianceStorage["limits"][number];

const days = (value: number) => (value === 0 ? t("storage.forever") : t("storage.days", { n: value }));

// A limit's name comes from the server, as a text.
const titleOf = (name: string) => word("limit", name as "reading_days");

export function StoragePage(_: { id: string }) {
  const query = useQuery<ApplianceStorage>("/appliance/storage");
  return (
    <ApplianceShell title={t("appliance.storage")}>
      <Loaded query={query} lines={8} height={40}>
        {(data) => (
          <>
            {data.held_back && <p class="verdict bad">{t("storage.held_back")}</p>}
            <Panel title={t("storage.what")}>
              {data.uses.length === 0 ? <p class="quiet">{t("storage.none")}</p> : <Uses data={data} />}
            </Panel>
            <Panel title={t("storage.keep")} class="spaced-top">
              <p class="quiet">{t("storage.keep_text")}</p>
              <Times key={data.limits.map((row) => row.value).join()} rows={data.limits} onSaved={(saved) => (query.data.value = saved)} />
            </Panel>
          </>
        )}
      </Loaded>
    </ApplianceShell>
  );
}

function Uses(props: { data: ApplianceStorage }) {
  const { data } = props;
  return (
    <>
      <table class="table" aria-label={t("storage.what")}>
        <thead>
          <tr>
            <th scope="col">{t("storage.use")}</th>
            <th scope="col" class="number">{t("storage.bytes")}</th>
            <th scope="col" class="number wide-only">{t("storage.rows")}</th>
            <th scope="col" class="wide-only">{t("storage.kept_by")}</th>
          </tr>
        </thead>
        <tbody>
          {data.uses.map((use) => (
            <tr key={use.use}>
              <td>{word("space", use.use)}</td>
              <td class="number">{bytes(use.bytes)}</td>
              <td class="number wide-only">{use.rows === null ? "" : number(use.rows)}</td>
              <td class="wide-only">{use.limits.map(titleOf).join(", ")}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <p class="quiet">
        {data.disk && t("storage.disk", { free: bytes(data.disk.free), all: bytes(data.disk.bytes), database: bytes(data.database_bytes) })}
        {" "}
        {data.at && t("storage.about", { when: ago(data.at) })}
      </p>
    </>
  );
}

function Times(props: { rows: LimitRow[]; onSaved: (saved: ApplianceStorage) => void }) {
  const form = useForm();
  const values = useSignal<Record<string, string>>(Object.fromEntries(props.rows.map((row) => [row.name, String(row.value)])));
  const preview = useSignal("");
  const set = (name: string, value: string) => {
    values.value = { ...values.value, [name]: value };
    preview.value = "";
  };
  const changed = props.rows.filter((row) => values.value[row.name] !== String(row.value));
  const limits = () => Object.fromEntries(changed.map((row) => [row.name, Number(values.value[row.name])]));
  // What a button beside the form asks for; a refusal stands where the form's would.
  const ask = async (work: () => Promise<void>) => {
    form.error.value = null;
    try {
      await work();
    } catch (failure) {
      if (!(failure instanceof ApiError)) throw failure;
      form.error.value = failure;
    }
  };
  const undo = (row: LimitRow) => ask(async () => {
    const saved = await call<ApplianceStorage>(`/appliance/storage/changes/${row.name}`, { method: "DELETE" });
    props.onSaved(saved);
    toast(t("storage.undone"));
  });
  const look = () => ask(async () => {
    const answer = await call<StoragePreview>("/appliance/storage/preview", { method: "POST", body: { limits: limits() } });
    preview.value = answer.text;
  });
  return (
    <Form
      state={form}
      spoken={t("storage.keep")}
      fields={props.rows.map((row) => `limits.${row.name}`)}
      onSubmit={async () => {
        props.onSaved(await call<ApplianceStorage>("/appliance/storage", { method: "PUT", body: { limits: limits() } }));
        toast(t("form.saved"));
      }}
    >
      {props.rows.map((row) => (
        <div key={row.name}>
          <Field
            text={`${titleOf(row.name)} (${word("unit", "days")})`}
            hint={`${row.help} ${t("storage.range", { lowest: row.lowest, highest: row.highest, standard: row.standard })}`}
            error={form.fieldError(`limits.${row.name}`)}
          >
            {(attributes) => (
              <input {...attributes} class="short" type="number" name={row.name} required min={row.lowest} max={row.highest} step={1}
                value={values.value[row.name]} onInput={(event) => set(row.name, event.currentTarget.value)} />
            )}
          </Field>
          {row.waiting && (
            <p class="quiet">
              {t("storage.waits", { when: absoluteTime(row.waiting.due_at), days: days(row.waiting.before), who: row.waiting.by })}{" "}
              <button type="button" class="button small" aria-label={t("storage.undo_name", { name: titleOf(row.name) })} onClick={() => undo(row)}>
                {t("storage.undo")}
              </button>
            </p>
          )}
        </div>
      ))}
      <p role="status">{preview.value}</p>
      <div class="form-actions">
        <button type="submit" class="button primary" disabled={form.busy.value || changed.length === 0}>{t("storage.save")}</button>
        <button type="button" class="button" disabled={form.busy.value || changed.length === 0}
          onClick={look}>
          {t("storage.preview")}
        </button>
      </div>
    </Form>
  );
}
