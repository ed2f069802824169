// Appliance: the mail server through which all workspaces send, and whether it takes what is sent.
import { t, tx } from "../../lib/i18n";
import { useQuery } from "../../lib/query";
import { Time } from "../../lib/time";
import type { MailSettings } from "../../lib/types";
import { Loaded, Panel } from "../../parts/basics";
import { Letters } from "./letters";
import { MailForm, MailTest } from "../../parts/mail_form";
import { Outcome } from "../../parts/state";
import { ApplianceShell } from "../../shell/appliance_shell";

function MailState(props: { settings: MailSettings }) {
  if (!props.settings.configured) return <Outcome kind="warning">{t("mail.not_configured")}</Outcome>;
  if (props.settings.trouble) return <Outcome kind="down">{t("mail.trouble_state")}</Outcome>;
  return <Outcome kind="up">{t("mail.configured")}</Outcome>;
}

// Why nothing gets through, in the mail server's own words.
function Trouble(props: { trouble: NonNullable<MailSettings["trouble"]> }) {
  return (
    <div class="note notice" id="mail-trouble" role="status">
      <p>{tx("mail.trouble", { time: <Time at={props.trouble.since} /> })}</p>
      <p>{t("mail.trouble_answer")} <code class="answer-text">{props.trouble.answer}</code></p>
    </div>
  );
}

export function MailPage(_: { id: string }) {
  const query = useQuery<MailSettings>("/appliance/mail");
  // Asked again by itself, apart from the form, in which somebody may be typing.
  const now = useQuery<MailSettings>("/appliance/mail", { everyMs: 30_000 });
  const state = now.data.value;
  return (
    <ApplianceShell title={t("mail.title")} state={state && <MailState settings={state} />}>
      <div class="narrow">
      <Loaded query={query} lines={5} height={56}>
        {(settings) => (
          <Panel>
            {state?.configured && state.trouble && <Trouble trouble={state.trouble} />}
            <MailForm settings={settings} onSaved={(saved) => (query.data.value = now.data.value = saved)} />
            {settings.configured && <MailTest onAnswer={() => void now.refetch()} />}
          </Panel>
        )}
      </Loaded>
      <Letters />
      </div>
    </ApplianceShell>
  );
}
