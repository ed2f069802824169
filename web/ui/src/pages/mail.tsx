// Appliance: the mail server all workspaces send through.
import { t } from "../lib/i18n";
import { useQuery } from "../lib/query";
import type { MailSettings } from "../lib/types";
import { Loaded, PageHeader, Panel } from "../parts/basics";
import { MailForm, MailTest } from "../parts/mail_form";
import { Outcome } from "../parts/state";

export function MailPage(_: { id: string }) {
  const query = useQuery<MailSettings>("/appliance/mail");
  return (
    <div class="narrow">
      <PageHeader
        title={t("mail.title")}
        state={query.data.value && (query.data.value.configured ? <Outcome kind="up">{t("mail.configured")}</Outcome> : <Outcome kind="warning">{t("mail.not_configured")}</Outcome>)}
      />
      <Loaded query={query} lines={5} height={56}>
        {(settings) => (
          <Panel>
            <MailForm settings={settings} onSaved={(saved) => (query.data.value = saved)} />
            {settings.configured && <MailTest />}
          </Panel>
        )}
      </Loaded>
    </div>
  );
}
