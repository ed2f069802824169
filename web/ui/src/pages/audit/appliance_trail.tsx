// Appliance: its trail, the security events of no workspace, the check of all trails, and the forwarding to syslog.
import { useSignal } from "@preact/signals";
import { call } from "../../lib/api";
import { t, word, type Key } from "../../lib/i18n";
import { useQuery } from "../../lib/query";
import { param, setParams } from "../../lib/router";
import { Time } from "../../lib/time";
import { Check, Field, Loaded, Panel, Segments } from "../../parts/basics";
import { toast } from "../../parts/dialog";
import { Form, useForm } from "../../parts/form";
import { Outcome } from "../../parts/state";
import { TrailList } from "./trail";
import { ApplianceShell } from "../../shell/appliance_shell";

type View = "appliance" | "security" | "keeping";

export function ApplianceTrail(_: { id: string }) {
  const asked = param("trail");
  const view: View = asked === "security" || asked === "keeping" ? asked : "appliance";
  return (
    <ApplianceShell title={t("appliance.trail")}>
      <div class="filters">
        <Segments<View>
          spoken={t("appliance.trail")}
          value={view}
          options={[["appliance", t("trails.appliance")], ["security", t("trails.security")], ["keeping", t("trails.keeping")]]}
          onChange={(value) => setParams({ trail: value === "appliance" ? null : value, after: null, entry: null }, { push: true })}
        />
      </div>
      {view === "keeping" ? (
        <div class="narrow stack">
          <Verify />
          <Syslog />
        </div>
      ) : (
        <TrailList key={view} spoken={t(`trails.${view}`)} path="/appliance/trail" export="/appliance/trail/export" more={`trail=${view}`} />
      )}
    </ApplianceShell>
  );
}

type Finding = "changed" | "missing" | "cut" | "rewritten" | "checkpoint" | "anchor_missing" | "anchor_not_ours";
interface Report {
  sound: boolean;
  rows: number;
  head: string;
  anchored_at: string | null;
  findings: { kind: Finding; trail: string; sequence: number; sentence: string }[];
  taken: { trail: string; rows: number; at: string; oldest_kept_at: string | null; sentence: string }[];
}

function Verify() {
  const form = useForm();
  const head = useSignal("");
  const report = useSignal<Report | null>(null);
  return (
    <Panel title={t("verify.title")}>
      <p class="quiet">{t("verify.text")}</p>
      <Form
        state={form}
        spoken={t("verify.title")}
        fields={["head"]}
        onSubmit={async () => {
          report.value = null;
          report.value = await call<Report>("/appliance/audit/verify", { method: "POST", body: { head: head.value.trim() }, timeoutMs: 600_000 });
        }}
      >
        <Field text={t("verify.head")} optional hint={t("verify.head_hint")} error={form.fieldError("head")}>
          {(attributes) => <input {...attributes} class="mono" type="text" name="head" spellcheck={false} autoComplete="off" value={head.value} onInput={(event) => (head.value = event.currentTarget.value)} />}
        </Field>
        <div class="form-actions"><button type="submit" class="button primary" disabled={form.busy.value}>{t(form.busy.value ? "verify.busy" : "verify.now")}</button></div>
      </Form>
      <div role="status">{report.value && <Result report={report.value} />}</div>
    </Panel>
  );
}

function Result(props: { report: Report }) {
  const { report } = props;
  return (
    <div class="stack spaced-top">
      <p>
        <Outcome kind={report.sound ? "up" : "down"}>{report.sound ? t("verify.sound") : t("verify.found", { n: report.findings.length })}</Outcome>{" "}
        <span class="quiet">{t("verify.rows", { n: report.rows })}</span>
      </p>
      {report.findings.length > 0 && (
        <ul class="plain-list">
          {report.findings.map((each) => <li key={each.kind + each.trail + each.sequence}><strong>{word("finding", each.kind)}</strong>: {each.sentence}</li>)}
        </ul>
      )}
      {!report.sound && <p>{t("verify.what_now")}</p>}
      {report.taken.length > 0 && (
        <ul class="plain-list quiet">
          {report.taken.map((each) => <li key={each.trail}>{each.sentence}</li>)}
        </ul>
      )}
      <p class="quiet">{t("verify.anchored")} <Time at={report.anchored_at} /></p>
      <details><summary>{t("verify.heads")}</summary><code class="answer-text breakable">{report.head}</code></details>
    </div>
  );
}

interface SyslogSettings {
  enabled: boolean;
  host: string;
  port: number;
  tls: boolean;
  ca_pem: string;
  trails: string[];
  state: "off" | "connecting" | "connected" | "waiting";
  last_error: string;
  last_error_at: string | null;
  last_sent_at: string | null;
  backlog: number;
}

function Syslog() {
  const query = useQuery<SyslogSettings>("/appliance/syslog", { everyMs: 5_000 });
  return (
    <Loaded query={query} lines={4} height={56}>
      {(settings) => (
        <Panel title={t("syslog.title")}>
          <p class="quiet">{t("syslog.text")}</p>
          <Standing settings={settings} />
          <div class="spaced-top"><SyslogForm settings={settings} onSaved={(saved) => (query.data.value = saved)} /></div>
        </Panel>
      )}
    </Loaded>
  );
}

function Standing(props: { settings: SyslogSettings }) {
  const { settings } = props;
  if (settings.state === "off") return null;
  return (
    <div class="answer" role="status">
      <Outcome kind={settings.last_error ? "down" : settings.state === "connected" ? "up" : "warning"}>{word("syslog_state", settings.state)}</Outcome>
      <span class="quiet">{t("syslog.backlog", { n: settings.backlog })} {t("syslog.last_sent")} <Time at={settings.last_sent_at} /></span>
      {settings.last_error && <code class="answer-text">{settings.last_error}</code>}
    </div>
  );
}

const trailNames: [string, Key][] = [["workspace", "trails.workspace"], ["security", "trails.security"], ["appliance", "trails.appliance"]];

function SyslogForm(props: { settings: SyslogSettings; onSaved: (settings: SyslogSettings) => void }) {
  const form = useForm();
  const { enabled, host, port, tls, ca_pem, trails } = props.settings;
  const settings = useSignal({ enabled, host, port, tls, ca_pem, trails });
  const value = settings.value;
  const change = (part: Partial<typeof value>) => (settings.value = { ...settings.value, ...part });
  return (
    <Form
      state={form}
      class="form-grid"
      spoken={t("syslog.title")}
      fields={["host", "port", "trails", "ca_pem"]}
      onSubmit={async () => {
        const body = { ...settings.value, host: settings.value.host.trim(), ca_pem: settings.value.ca_pem.trim() ? `${settings.value.ca_pem.trim()}\n` : "" };
        props.onSaved(await call<SyslogSettings>("/appliance/syslog", { method: "PUT", body }));
        toast(t("form.saved"));
      }}
    >
      <div class="span-2"><Check name="enabled" checked={value.enabled} onChange={(on) => change({ enabled: on })}>{t("syslog.enabled")}</Check></div>
      <Field text={t("syslog.host")} error={form.fieldError("host")}>
        {(attributes) => <input {...attributes} type="text" name="host" spellcheck={false} required={value.enabled} placeholder="logs.example.com" value={value.host} onInput={(event) => change({ host: event.currentTarget.value })} />}
      </Field>
      <Field text={t("syslog.port")} error={form.fieldError("port")} hint={t("syslog.port_hint")}>
        {(attributes) => <input {...attributes} type="number" name="port" required min={1} max={65535} value={value.port} onInput={(event) => change({ port: event.currentTarget.valueAsNumber || 0 })} />}
      </Field>
      <div class="span-2"><Check name="tls" checked={value.tls} onChange={(on) => change({ tls: on })}>{t("syslog.tls")}</Check></div>
      {!value.tls && <p class="span-2 note">{t("syslog.no_tls")}</p>}
      {value.tls && (
        <details class="span-2" open={value.ca_pem !== ""}>
          <summary>{t("syslog.ca_summary")}</summary>
          <Field text={t("syslog.ca")} optional hint={t("syslog.ca_hint")} error={form.fieldError("ca_pem")}>
            {(attributes) => <textarea {...attributes} name="ca_pem" rows={5} spellcheck={false} class="mono" value={value.ca_pem} onInput={(event) => change({ ca_pem: event.currentTarget.value })} />}
          </Field>
        </details>
      )}
      <fieldset class="span-2">
        <legend class="legend-title">{t("syslog.trails")}</legend>
        <div class="stack">
          {trailNames.map(([name, text]) => (
            <Check key={name} name={`trail_${name}`} checked={value.trails.includes(name)}
              onChange={(on) => change({ trails: on ? [...value.trails, name] : value.trails.filter((each) => each !== name) })}>{t(text)}</Check>
          ))}
        </div>
        {form.fieldError("trails") && <div class="field-error">{form.fieldError("trails")}</div>}
      </fieldset>
      <div class="form-actions span-2"><button type="submit" class="button primary" disabled={form.busy.value}>{t("form.save")}</button></div>
    </Form>
  );
}
