// Appliance: the keys, the contact for finders of weaknesses, and the legal texts.
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import texts from "../../catalogue/en.trust.json";
import { call } from "../../lib/api";
import { learn, t } from "../../lib/i18n";
import { useQuery } from "../../lib/query";
import { Time } from "../../lib/time";
import type { List } from "../../lib/types";
import { CopyBox, Empty, Facts, Field, Loaded, Panel } from "../../parts/basics";
import { Confirm, toast } from "../../parts/dialog";
import { Form, useForm } from "../../parts/form";
import { Icon } from "../../parts/icon";
import { Outcome } from "../../parts/state";
import { ApplianceShell } from "../../shell/appliance_shell";

learn(texts);

interface Keys {
  form: "file" | "passphrase" | "credential";
  generation: number;
  rotating: boolean;
  command: string;
}

const kLookAgainMs = 1_500;

export function KeysPage(_: { id: string }) {
  const query = useQuery<Keys>("/appliance/keys");
  const asking = useSignal(false);
  const rotating = query.data.value?.rotating;
  useEffect(() => {
    if (!rotating) return;
    const timer = setInterval(() => void query.refetch(), kLookAgainMs); // until the rotation is over
    return () => clearInterval(timer);
  }, [rotating]);
  return (
    <ApplianceShell title={t("master.title")}>
      <Loaded query={query} lines={3}>
        {(keys) => (
          <>
            <Panel title={t("master.master")} actions={keys.form === "file" && (
              <button type="button" class="button" onClick={() => (asking.value = true)}><Icon name="refresh" />{t("master.rotate")}</button>
            )}>
              <Facts items={[
                [t("master.form"), t(`master.form_${keys.form}`)],
                [t("master.generation"), String(keys.generation)],
                [t("master.state"), keys.rotating ? <Outcome kind="pending">{t("master.rotating")}</Outcome> : <Outcome kind="up">{t("master.steady")}</Outcome>],
              ]} />
              <p class="quiet">{t(`master.about_${keys.form}`)}</p>
              {keys.form !== "file" && (
                <>
                  <p>{t(`master.renew_${keys.form}`)}</p>
                  <CopyBox spoken={t("master.command")} text={keys.command} />
                  {keys.form === "credential" && <p class="quiet">{t("master.renew_after")}</p>}
                </>
              )}
            </Panel>
            <Panel title={t("master.commands")} class="spaced-top">
              <dl class="fact-list">
                <div><dt><code>connlog key rotate</code></dt><dd>{t("master.command_rotate")}</dd></div>
                <div><dt><code>connlog key rotate --to passphrase</code></dt><dd>{t("master.command_to")}</dd></div>
                <div><dt><code>connlog key rekey</code></dt><dd>{t("master.command_rekey")}</dd></div>
                <div><dt><code>connlog key recover</code></dt><dd>{t("master.command_recover")}</dd></div>
                <div><dt><code>connlog key export</code></dt><dd>{t("master.command_export")}</dd></div>
              </dl>
            </Panel>
          </>
        )}
      </Loaded>
      {asking.value && (
        <Confirm title={t("master.rotate")} text={t("master.rotate_text")} action={t("master.rotate")} onClose={() => (asking.value = false)}
          onConfirm={async () => {
            const done = await call<Keys & { renewed: number; unreadable: number }>("/appliance/keys/rotate", { method: "POST", body: {} });
            toast(t("master.rotated", { n: done.renewed }));
            if (done.unreadable > 0) toast(t("master.unreadable", { n: done.unreadable }), true);
            await query.refetch();
          }} />
      )}
    </ApplianceShell>
  );
}

interface Policy {
  contacts: string[];
  policy: string;
  languages: string;
  encryption: string;
  acknowledgments: string;
}

export function DisclosurePage(_: { id: string }) {
  const query = useQuery<Policy>("/security-policy");
  return (
    <ApplianceShell title={t("policy.title")}>
      <Loaded query={query} lines={5}>{(policy) => <PolicyForm policy={policy} onSaved={(saved) => (query.data.value = saved)} />}</Loaded>
    </ApplianceShell>
  );
}

function PolicyForm(props: { policy: Policy; onSaved: (policy: Policy) => void }) {
  const form = useForm();
  const contacts = useSignal(props.policy.contacts.join("\n"));
  const policy = useSignal(props.policy.policy);
  const languages = useSignal(props.policy.languages);
  const encryption = useSignal(props.policy.encryption);
  const acknowledgments = useSignal(props.policy.acknowledgments);
  return (
    <Panel title={t("policy.whom")}>
      <p class="quiet">{t("policy.about")} <a href="/security">/security</a>, <a href="/.well-known/security.txt">/.well-known/security.txt</a></p>
      <Form state={form} spoken={t("policy.whom")} fields={["contacts", "policy", "languages", "encryption", "acknowledgments"]} onSubmit={async () => {
        const saved = await call<Policy>("/appliance/security-policy", {
          method: "PUT",
          body: {
            contacts: contacts.value.split("\n").map((line) => line.trim()).filter(Boolean),
            policy: policy.value, languages: languages.value.trim(), encryption: encryption.value.trim(), acknowledgments: acknowledgments.value.trim(),
          },
        });
        contacts.value = saved.contacts.join("\n");
        props.onSaved(saved);
        toast(t("form.saved"));
      }}>
        <Field text={t("policy.contacts")} hint={t("policy.contacts_hint")} error={form.fieldError("contacts")}>
          {(attributes) => <textarea {...attributes} rows={3} spellcheck={false} value={contacts.value} onInput={(event) => (contacts.value = event.currentTarget.value)} />}
        </Field>
        <Field text={t("policy.text")} optional hint={t("policy.text_hint")} error={form.fieldError("policy")}>
          {(attributes) => <textarea {...attributes} rows={8} maxLength={20000} value={policy.value} onInput={(event) => (policy.value = event.currentTarget.value)} />}
        </Field>
        <Field text={t("policy.languages")} hint={t("policy.languages_hint")} error={form.fieldError("languages")}>
          {(attributes) => <input {...attributes} type="text" maxLength={100} spellcheck={false} value={languages.value} onInput={(event) => (languages.value = event.currentTarget.value)} />}
        </Field>
        <Field text={t("policy.encryption")} optional hint={t("policy.encryption_hint")} error={form.fieldError("encryption")}>
          {(attributes) => <input {...attributes} type="url" maxLength={300} value={encryption.value} onInput={(event) => (encryption.value = event.currentTarget.value)} />}
        </Field>
        <Field text={t("policy.acknowledgments")} optional error={form.fieldError("acknowledgments")}>
          {(attributes) => <input {...attributes} type="url" maxLength={300} value={acknowledgments.value} onInput={(event) => (acknowledgments.value = event.currentTarget.value)} />}
        </Field>
        <div class="form-actions"><button type="submit" class="button primary" disabled={form.busy.value}>{t("form.save")}</button></div>
      </Form>
    </Panel>
  );
}

interface Listed {
  name: string;
  title: string;
  asks_for_acceptance: boolean;
  version: string;
}
interface Accepted {
  person: string;
  mail: string;
  name: string;
  title: string;
  version: string;
  at: string;
  address: string;
}

export function LegalTextsPage(_: { id: string }) {
  const texts = useQuery<List<Listed>>("/legal");
  const accepted = useQuery<List<Accepted>>("/appliance/legal-acceptances");
  return (
    <ApplianceShell title={t("texts.title")}>
      <Loaded query={texts} lines={2}>
        {(list) => list.items.length === 0 ? <Empty icon="rules" title={t("texts.empty")}>{t("texts.empty_text")}</Empty> : (
          <Panel title={t("texts.title")}>
            <ul class="plain-list">
              {list.items.map((each) => (
                <li key={each.name}>
                  <a class="grow" href={`/legal/${each.name}`}>{each.title}</a>
                  {each.asks_for_acceptance && <Outcome kind="warning">{t("texts.asks")}</Outcome>}
                  <code class="quiet">{each.version.slice(0, 16)}</code>
                </li>
              ))}
            </ul>
            <p class="quiet">{t("texts.how")}</p>
          </Panel>
        )}
      </Loaded>
      <Panel title={t("texts.acceptances")} class="spaced-top" actions={
        <>
          <a class="button" href="/api/v1/appliance/legal-acceptances?format=csv" download>CSV</a>
          <a class="button" href="/api/v1/appliance/legal-acceptances?format=json" download>JSON</a>
        </>
      }>
        <Loaded query={accepted} lines={3}>
          {(list) => list.items.length === 0 ? <p class="quiet">{t("texts.nobody")}</p> : (
            <table class="table" aria-label={t("texts.acceptances")}>
              <thead>
                <tr>
                  <th scope="col">{t("texts.person")}</th>
                  <th scope="col">{t("texts.text")}</th>
                  <th scope="col" class="wide-only">{t("texts.address")}</th>
                  <th scope="col" class="number col-time">{t("texts.when")}</th>
                </tr>
              </thead>
              <tbody>
                {list.items.map((each) => (
                  <tr key={`${each.mail}/${each.name}/${each.version}`}>
                    <td>{each.person}<span class="under">{each.mail}</span></td>
                    <td>{each.title}<span class="under"><code>{each.version.slice(0, 16)}</code></span></td>
                    <td class="wide-only">{each.address}</td>
                    <td class="number"><Time at={each.at} /></td>
                  </tr>
                ))}
              </tbody>
            </table>
          )}
        </Loaded>
      </Panel>
    </ApplianceShell>
  );
}
