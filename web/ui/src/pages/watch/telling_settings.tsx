// Settings of the workspace: how its messages are grouped, what hosts may ask for, how long an acknowledgement lasts, and
// whether maintenance counts in uptime. And the pipeline: every stage with what it does.
import { useSignal } from "@preact/signals";
import { call } from "../../lib/api";
import { t } from "../../lib/i18n";
import { useQuery } from "../../lib/query";
import { duration } from "../../lib/time";
import type { List } from "../../lib/types";
import { api, at, mayEdit } from "../../lib/workspace";
import { Check, Field, Loaded, PageHeader, Panel } from "../../parts/basics";
import { toast } from "../../parts/dialog";
import { Form, useForm } from "../../parts/form";
import { Pipeline } from "../../parts/pipeline";
import { SettingsShell } from "../../shell/settings_shell";
import type { StageRow } from "./telling_model";

interface TellingSettings {
  group_wait_seconds: number;
  group_every_seconds: number;
  host_quiet_minutes: number;
  maintenance_counts: boolean;
  acknowledge_hours: number;
  version: number;
}

const numbers = { group_wait_seconds: [0, 300], group_every_seconds: [0, 3_600], host_quiet_minutes: [0, 240], acknowledge_hours: [1, 168] } as const;
type NumberName = keyof typeof numbers;
const names = Object.keys(numbers) as NumberName[];

export function TellingSettingsPage(_: { id: string }) {
  const query = useQuery<TellingSettings>(api("/telling-settings"));
  return (
    <SettingsShell page="telling">
      <div class="narrow">
        <p class="quiet intro">{t("telling_settings.about")} <a href={at("pipeline")}>{t("telling_settings.pipeline")}</a></p>
        <Loaded query={query} lines={5} height={56}>
          {(settings) => <Settings key={settings.version} settings={settings} onSaved={(saved) => (query.data.value = saved)} />}
        </Loaded>
      </div>
    </SettingsShell>
  );
}

function Settings(props: { settings: TellingSettings; onSaved: (settings: TellingSettings) => void }) {
  const form = useForm();
  const values = useSignal(props.settings);
  const { group_wait_seconds, group_every_seconds } = values.value;
  return (
    <Panel title={t("settings.telling")}>
      <Form state={form} spoken={t("settings.telling")} fields={names} onSubmit={async () => {
        const { version, ...body } = values.value;
        props.onSaved(await call<TellingSettings>(api("/telling-settings"), { method: "PUT", version, body }));
        toast(t("form.saved"));
      }}>
        <fieldset disabled={!mayEdit.value}>
          <div class="stack">
            {names.map((name) => (
              <Field key={name} text={t(`telling_settings.${name}`)} hint={t(`telling_settings.${name}_hint`)} error={form.fieldError(name)}>
                {(attributes) => <input {...attributes} class="short" type="number" name={name} required min={numbers[name][0]} max={numbers[name][1]} step={1} value={values.value[name]}
                  onInput={(event) => Number.isFinite(event.currentTarget.valueAsNumber) && (values.value = { ...values.value, [name]: event.currentTarget.valueAsNumber })} />}
              </Field>
            ))}
            <Check name="maintenance_counts" checked={values.value.maintenance_counts} onChange={(maintenance_counts) => (values.value = { ...values.value, maintenance_counts })}>{t("telling_settings.maintenance_counts")}</Check>
            <p class="preview" role="status">
              {group_wait_seconds === 0 && group_every_seconds === 0 ? t("telling_settings.alone") : t("telling_settings.grouped", { wait: duration(group_wait_seconds), every: duration(group_every_seconds) })}
            </p>
            {mayEdit.value && <div class="form-actions"><button type="submit" class="button primary" disabled={form.busy.value}>{t("form.save")}</button></div>}
          </div>
        </fieldset>
      </Form>
    </Panel>
  );
}

export function PipelinePage(_: { id: string }) {
  const query = useQuery<List<StageRow>>(api("/telling/stages"));
  return (
    <>
      <PageHeader title={t("stages.title")} back={{ href: at("telling"), text: t("settings.telling") }} />
      <p class="quiet intro">{t("stages.about")}</p>
      <Loaded query={query} lines={8} height={40}>
        {(list) => {
          const part = (mine: boolean) => list.items.filter((each) => (each.per_recipient ?? false) === mine).map((each) => ({ stage: each.name, title: each.title, text: each.sentence }));
          return (
            <div class="narrow">
              <Panel title={t("stages.of_incident")}><Pipeline stages={part(false)} /></Panel>
              {part(true).length > 0 && <Panel title={t("stages.of_recipient")}><Pipeline stages={part(true)} /></Panel>}
              <Panel title={t("stages.rules")}>
                <ul class="bullets">
                  <li>{t("stages.rule_telling")}</li>
                  <li>{t("stages.rule_recovery")}</li>
                  <li>{t("stages.rule_one_up")}</li>
                  <li>{t("stages.rule_end")}</li>
                </ul>
              </Panel>
            </div>
          );
        }}
      </Loaded>
    </>
  );
}
