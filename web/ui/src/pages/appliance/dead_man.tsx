// Appliance: the dead-man's switch. connlog calls an address of another service every minute while all of it works; when the
// calls stop, that service tells people.
import { useSignal } from "@preact/signals";
import texts from "../../catalogue/en.dead_man.json";
import { call } from "../../lib/api";
import { learn, t, tx } from "../../lib/i18n";
import { useQuery } from "../../lib/query";
import { Time } from "../../lib/time";
import type { Answer, Time as TimeText } from "../../lib/types";
import { Check, Field, Loaded, Panel } from "../../parts/basics";
import { attempt, toast } from "../../parts/dialog";
import { Form, useForm } from "../../parts/form";
import { Icon } from "../../parts/icon";
import { AnswerLine } from "../../parts/answer_line";
import { Outcome } from "../../parts/state";
import { ApplianceShell } from "../../shell/appliance_shell";

learn(texts);

interface DeadMan {
  configured: boolean;
  enabled: boolean;
  shown?: string; // what people see in place of the address
  last_at?: TimeText | null;
  last_ok?: boolean;
  last_answer?: string;
  withheld_since?: TimeText | null;
  withheld_reason?: string;
}

export function DeadManPage(_: { id: string }) {
  const query = useQuery<DeadMan>("/appliance/dead-man");
  const now = useQuery<DeadMan>("/appliance/dead-man", { everyMs: 15_000 }); // apart from the form, in which somebody may be typing
  const state = now.data.value;
  const mark = state && (!state.enabled ? <Outcome kind="warning">{t("dead_man.off")}</Outcome> : state.withheld_since ? <Outcome kind="down">{t("dead_man.withheld")}</Outcome> : state.last_at && state.last_ok === false ? <Outcome kind="warning">{t("dead_man.refused")}</Outcome> : <Outcome kind="up">{t("dead_man.on")}</Outcome>);
  return (
    <ApplianceShell title={t("appliance.dead_man")} state={mark}>
      <div class="narrow">
        <p class="quiet intro">{t("dead_man.about")}</p>
        {state && !state.enabled && <p class="note notice">{t("dead_man.nobody")}</p>}
        {state?.enabled && state.withheld_since && <p class="note notice" role="status">{tx("dead_man.withheld_since", { time: <Time at={state.withheld_since} /> })} {state.withheld_reason}</p>}
        {state?.enabled && state.last_at && <p>{tx("dead_man.last", { time: <Time at={state.last_at} /> })} {state.last_answer && <code class="answer-text">{state.last_answer}</code>}</p>}
        <Loaded query={query} lines={3} height={56}>
          {(settings) => <Settings key={`${settings.configured}/${settings.shown}`} settings={settings} onSaved={async (saved) => {
            query.data.value = saved;
            await now.refetch();
          }} />}
        </Loaded>
      </div>
    </ApplianceShell>
  );
}

function Settings(props: { settings: DeadMan; onSaved: (settings: DeadMan) => Promise<void> }) {
  const { settings } = props;
  const form = useForm();
  const url = useSignal("");
  const enabled = useSignal(settings.configured ? settings.enabled : true);
  const busy = useSignal(false);
  const answer = useSignal<Answer | null>(null);
  return (
    <Panel>
      <Form state={form} spoken={t("appliance.dead_man")} fields={["url", "enabled"]} onSubmit={async () => {
        const typed = url.value.trim();
        const saved = await call<DeadMan>("/appliance/dead-man", { method: "PUT", body: { enabled: enabled.value, ...(typed ? { url: typed } : {}) } });
        url.value = "";
        toast(t("form.saved"));
        await props.onSaved(saved);
      }}>
        <Field text={t("dead_man.url")} hint={settings.configured ? t("dead_man.kept", { shown: settings.shown ?? "" }) : t("dead_man.url_hint")} error={form.fieldError("url")}>
          {(attributes) => <input {...attributes} type="password" name="url" autoComplete="off" spellcheck={false} required={!settings.configured} placeholder="https://hc-ping.com/…" value={url.value} onInput={(event) => (url.value = event.currentTarget.value)} />}
        </Field>
        <Check name="enabled" checked={enabled.value} onChange={(on) => (enabled.value = on)}>{t("dead_man.enabled")}</Check>
        <div class="form-actions">
          <button type="submit" class="button primary" disabled={form.busy.value}>{t("form.save")}</button>
          {settings.configured && (
            <button type="button" class="button" disabled={busy.value} onClick={async () => {
              busy.value = true;
              answer.value = null;
              await attempt(async () => void (answer.value = await call<Answer>("/appliance/dead-man/test", { method: "POST", body: {}, timeoutMs: 60_000 })));
              busy.value = false;
            }}><Icon name="send" />{t("dead_man.test")}</button>
          )}
        </div>
        <AnswerLine answer={answer.value} />
      </Form>
      <h2 class="spaced-top">{t("dead_man.when")}</h2>
      <ul class="bullets">
        <li>{t("dead_man.when_loop")}</li>
        <li>{t("dead_man.when_message")}</li>
        <li>{t("dead_man.when_nobody")}</li>
        <li>{t("dead_man.when_store")}</li>
        <li>{t("dead_man.when_clock")}</li>
      </ul>
    </Panel>
  );
}
