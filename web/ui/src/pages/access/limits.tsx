// Appliance: the limits, each with its range and its default. Only changed values are sent.
import { useSignal } from "@preact/signals";
import { call } from "../../lib/api";
import { t, word } from "../../lib/i18n";
import { useQuery } from "../../lib/query";
import { ago } from "../../lib/time";
import { Check, Field, Loaded, Panel } from "../../parts/basics";
import { toast } from "../../parts/dialog";
import { Form, useForm } from "../../parts/form";
import { ApplianceShell } from "../../shell/appliance_shell";

// As core/people/limits.cpp names them.
type LimitName =
  | "open_registration" | "create_workspaces" | "workspaces_per_person" | "members_per_workspace" | "agents_per_workspace"
  | "monitors_per_workspace" | "check_interval_seconds"
  | "agent_interval_seconds" | "monitors_per_workspace" | "check_interval_seconds" | "recipients_per_workspace" | "api_keys_per_workspace" | "api_keys_per_person"
  | "enrolment_keys_per_workspace" | "session_idle_minutes" | "session_absolute_hours" | "fresh_minutes" | "invitation_days"
  | "workspace_deletion_days" | "review_interval_days" | "reading_days" | "audit_days" | "security_event_days"
  | "appliance_trail_days" | "incident_days" | "letter_days" | "removed_days";

interface LimitRow {
  name: LimitName;
  value: number;
  standard: number;
  lowest: number;
  highest: number;
  unit: "" | "flag" | "seconds" | "minutes" | "hours" | "days";
  help: string;
  changed_at: string | null;
  changed_by: string;
}

export function LimitsPage(_: { id: string }) {
  const query = useQuery<{ items: LimitRow[] }>("/appliance/limits");
  return (
    <ApplianceShell title={t("appliance.limits")}>
      <Loaded query={query} lines={6} height={64}>
        {(data) => <LimitsForm key={data.items.map((row) => row.value).join()} rows={data.items} onSaved={(saved) => (query.data.value = saved)} />}
      </Loaded>
    </ApplianceShell>
  );
}

function LimitsForm(props: { rows: LimitRow[]; onSaved: (saved: { items: LimitRow[] }) => void }) {
  const form = useForm();
  const values = useSignal<Record<string, string>>(Object.fromEntries(props.rows.map((row) => [row.name, String(row.value)])));
  const set = (name: string, value: string) => (values.value = { ...values.value, [name]: value });
  const changed = props.rows.filter((row) => values.value[row.name] !== String(row.value));
  const facts = (row: LimitRow) =>
    [
      row.unit === "flag" ? "" : t("limits.range", { lowest: row.lowest, highest: row.highest, standard: row.standard }),
      row.changed_at ? t("limits.changed", { who: row.changed_by, when: ago(row.changed_at) }) : "",
    ].filter(Boolean).join(" ");
  return (
    <div class="narrow">
      <Panel>
        <Form
          state={form}
          spoken={t("appliance.limits")}
          fields={props.rows.map((row) => `limits.${row.name}`)}
          onSubmit={async () => {
            const limits = Object.fromEntries(changed.filter((row) => Number(values.value[row.name]) !== row.standard).map((row) => [row.name, Number(values.value[row.name])]));
            const standard = changed.filter((row) => Number(values.value[row.name]) === row.standard).map((row) => row.name);
            props.onSaved(await call("/appliance/limits", { method: "PUT", body: { limits, standard } }));
            toast(t("form.saved"));
          }}
        >
          {props.rows.map((row) => {
            const title = word("limit", row.name);
            return row.unit === "flag" ? (
              <div key={row.name} class="field">
                <Check name={row.name} checked={values.value[row.name] === "1"} onChange={(on) => set(row.name, on ? "1" : "0")}>{title}</Check>
                <div class="field-hint">{row.help} {facts(row)}</div>
              </div>
            ) : (
              <Field key={row.name} text={row.unit ? `${title} (${word("unit", row.unit)})` : title} hint={`${row.help} ${facts(row)}`} error={form.fieldError(`limits.${row.name}`)}>
                {(attributes) => (
                  <input {...attributes} class="short" type="number" name={row.name} required min={row.lowest} max={row.highest} step={1} value={values.value[row.name]}
                    onInput={(event) => set(row.name, event.currentTarget.value)} />
                )}
              </Field>
            );
          })}
          <div class="form-actions">
            <button type="submit" class="button primary" disabled={form.busy.value || changed.length === 0}>{t("form.save")}</button>
            {changed.length > 0 && <span class="quiet">{t("limits.to_save", { n: changed.length })}</span>}
          </div>
        </Form>
      </Panel>
    </div>
  );
}
