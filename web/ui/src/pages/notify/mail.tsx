// Appliance: the mail server through which all workspaces send.
import { t } from "../../lib/i18n";
import { useQuery } from "../../lib/query";
import type { MailSettings } from "../../lib/types";
import { Loaded, Panel } from "../../parts/basics";
import { Letters } from "./letters";
import { MailForm, MailTest } from "../../parts/mail_form";
import { Outcome } from "../../parts/state";
import { ApplianceShell } from "../../shell/appliance_shell";

export function MailPage(_: { id: string }) {
  const query = useQuery<MailSettings>("/appliance/mail");
  return (
    <ApplianceShell
      title={t("mail.title")}
      state={query.data.value && (query.data.value.configured ? <Outcome kind="up">{t("mail.configured")}</Outcome> : <Outcome kind="warning">{t("mail.not_configured")}</Outcome>)}
    >
      <div class="narrow">
      <Loaded query={query} lines={5} height={56}>
        {(settings) => (
          <Panel>
            <MailForm settings={settings} onSaved={(saved) => (query.data.value = saved)} />
            {settings.configured && <MailTest />}
          </Panel>
        )}
      </Loaded>
      <Letters />
      </div>
    </ApplianceShell>
  );
}
