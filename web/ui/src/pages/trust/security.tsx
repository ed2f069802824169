// /security, for anybody, signed in or not: whom to tell about a weakness and by which rules, what connlog does for
// security, what its users should do, and its limits.
import texts from "../../catalogue/en.disclosure.json";
import { learn, t, type Key } from "../../lib/i18n";
import { useQuery } from "../../lib/query";
import { Loaded, PageHeader, Panel } from "../../parts/basics";

learn(texts);

interface Policy {
  contacts: string[];
  policy: string;
  languages: string;
  encryption: string;
  acknowledgments: string;
}

const please: Key[] = ["disclosure.please_detail", "disclosure.please_stop", "disclosure.please_time", "disclosure.please_own"];
const never: Key[] = [
  "disclosure.never_destroy", "disclosure.never_people", "disclosure.never_spam", "disclosure.never_flood", "disclosure.never_physical", "disclosure.never_data",
];
const permission: Key[] = ["disclosure.ask_availability", "disclosure.ask_alerts", "disclosure.ask_others", "disclosure.ask_integrity"];
const does: Key[] = [
  "disclosure.does_transport", "disclosure.does_passwords", "disclosure.does_logins", "disclosure.does_roles", "disclosure.does_trails", "disclosure.does_least",
  "disclosure.does_secrets", "disclosure.does_agents", "disclosure.does_limits", "disclosure.does_checks", "disclosure.does_backups",
];
const yours: Key[] = [
  "disclosure.yours_authorised", "disclosure.yours_secrets", "disclosure.yours_rotate", "disclosure.yours_review", "disclosure.yours_test", "disclosure.yours_words", "disclosure.yours_actions",
];

const Points = (props: { keys: Key[] }) => <ul class="prose-list">{props.keys.map((key) => <li key={key}>{t(key)}</li>)}</ul>;

export function SecurityPage(_: { id: string }) {
  const query = useQuery<Policy>("/security-policy");
  return (
    <div class="prose">
      <PageHeader title={t("disclosure.title")} back={{ href: "/", text: t("entrance.home") }} />
      <p>{t("disclosure.intro")}</p>
      <Loaded query={query} lines={3}>
        {(policy) => (
          <>
            <Panel title={t("disclosure.contact")}>
              {policy.contacts.length === 0 ? <p>{t("disclosure.no_contact")}</p> : (
                <ul class="prose-list">
                  {policy.contacts.map((contact) => (
                    <li key={contact}><a href={contact} rel="noopener">{contact.replace(/^(mailto|tel):/, "")}</a></li>
                  ))}
                </ul>
              )}
              {policy.encryption && <p><a href={policy.encryption} rel="noopener">{t("disclosure.encryption")}</a></p>}
              {policy.acknowledgments && <p><a href={policy.acknowledgments} rel="noopener">{t("disclosure.acknowledgments")}</a></p>}
              <p class="quiet"><a href="/.well-known/security.txt">security.txt</a></p>
            </Panel>
            <Panel title={t("disclosure.policy")} class="spaced-top">
              {policy.policy
                ? policy.policy.split(/\n{2,}/).map((paragraph, index) => <p key={index} class="as-written">{paragraph}</p>)
                : (
                  <>
                    <p>{t("disclosure.please")}</p>
                    <Points keys={please} />
                    <h3>{t("disclosure.never")}</h3>
                    <Points keys={never} />
                    <h3>{t("disclosure.ask")}</h3>
                    <Points keys={permission} />
                  </>
                )}
            </Panel>
          </>
        )}
      </Loaded>
      <Panel title={t("disclosure.does")} class="spaced-top"><Points keys={does} /></Panel>
      <Panel title={t("disclosure.yours")} class="spaced-top"><Points keys={yours} /></Panel>
      <Panel title={t("disclosure.limits")} class="spaced-top">
        <p>{t("disclosure.limits_text")}</p>
        <p>{t("disclosure.no_guarantee")}</p>
        <p><a href="/legal">{t("legal.all")}</a></p>
      </Panel>
    </div>
  );
}
