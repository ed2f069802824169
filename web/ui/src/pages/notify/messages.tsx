// Account: the recipients that are the reader's own, with their hours, and the chats that are linked to the account, from
// which alerts can be acknowledged.
import { useSignal } from "@preact/signals";
import texts from "../../catalogue/en.messages.json";
import { call } from "../../lib/api";
import { learn, t, tx } from "../../lib/i18n";
import { useQuery } from "../../lib/query";
import { Time } from "../../lib/time";
import type { List, ReaderHours, Time as TimeText } from "../../lib/types";
import { CopyBox, Empty, Loaded, Panel } from "../../parts/basics";
import { attempt, Confirm, Dialog, toast } from "../../parts/dialog";
import { Form, useForm } from "../../parts/form";
import { Icon } from "../../parts/icon";
import { AccountShell } from "../../shell/account_shell";
import { HoursFields } from "./recipient_hours";

learn(texts);

interface OwnRecipient extends ReaderHours {
  id: string;
  workspace: { id: string; name: string; slug: string };
  name: string;
  kind: string;
  shown: string;
}

interface ChatAccount {
  service: string;
  account: string;
  name: string;
  linked_at: TimeText;
}

interface LinkCode {
  code: string;
  expires_at: TimeText;
  bots: { name: string }[];
}

const services: Record<string, string> = { telegram: "Telegram" };
const serviceName = (service: string): string => services[service] ?? service;

export function Messages(_: { id: string }) {
  const query = useQuery<List<OwnRecipient>>("/me/recipients");
  return (
    <AccountShell title={t("messages.title")}>
      <div class="narrow stack">
        <Loaded query={query} lines={3} height={56}>
          {(list) => list.items.length === 0 ? <Panel title={t("messages.hours")}><p class="quiet">{t("messages.no_recipients")}</p></Panel> : (
            <>{list.items.map((each) => <OwnHours key={each.id} recipient={each} />)}</>
          )}
        </Loaded>
        <Chats />
      </div>
    </AccountShell>
  );
}

function OwnHours(props: { recipient: OwnRecipient }) {
  const { recipient } = props;
  const form = useForm();
  const { zone, quiet_from, quiet_to, digest_at, weekly } = recipient;
  const hours = useSignal<ReaderHours>({ zone, quiet_from, quiet_to, digest_at, weekly });
  const title = t("messages.hours_of", { name: recipient.shown || recipient.name, workspace: recipient.workspace.name });
  return (
    <Panel title={title}>
      <Form state={form} spoken={title} fields={["zone", "quiet_from", "quiet_to", "digest_at"]} onSubmit={async () => {
        await call<OwnRecipient>(`/me/recipients/${recipient.id}/hours`, { method: "PATCH", body: hours.value });
        toast(t("form.saved"));
      }}>
        <HoursFields hours={hours} form={form} />
        <div class="form-actions"><button type="submit" class="button primary" disabled={form.busy.value}>{t("form.save")}<span class="hidden"> ({recipient.workspace.name})</span></button></div>
      </Form>
    </Panel>
  );
}

function Chats() {
  const query = useQuery<List<ChatAccount>>("/me/chat-accounts", { everyMs: 15_000 });
  const code = useSignal<LinkCode | null>(null);
  const removing = useSignal<ChatAccount | null>(null);
  return (
    <Panel title={t("messages.chats")} actions={<button type="button" class="button small" onClick={() => void attempt(async () => void (code.value = await call<LinkCode>("/me/chat-accounts", { method: "POST", body: {} })))}><Icon name="plus" />{t("messages.link")}</button>}>
      <p class="quiet">{t("messages.chats_text")}</p>
      <Loaded query={query} lines={2}>
        {(list) => list.items.length === 0 ? <Empty icon="chat" title={t("messages.no_chats")} /> : (
          <ul class="plain-list" aria-label={t("messages.chats")}>
            {list.items.map((each) => (
              <li key={each.service}>
                <span class="grow"><strong>{serviceName(each.service)}</strong> {each.name} <span class="quiet">{each.account} · {tx("messages.linked", { time: <Time at={each.linked_at} /> })}</span></span>
                <button type="button" class="button small danger-quiet" onClick={() => (removing.value = each)}>{t("messages.unlink")}<span class="hidden"> ({serviceName(each.service)})</span></button>
              </li>
            ))}
          </ul>
        )}
      </Loaded>
      {code.value && (
        <Dialog title={t("messages.link")} onClose={() => {
          code.value = null;
          void query.refetch();
        }}>
          <p>{code.value.bots.length > 0 ? t("messages.send_code", { bots: code.value.bots.map((each) => each.name).join(", ") }) : t("messages.no_bot")}</p>
          <CopyBox text={code.value.code} spoken={t("messages.code")} />
          <p class="quiet">{tx("messages.code_until", { time: <Time at={code.value.expires_at} exact /> })}</p>
        </Dialog>
      )}
      {removing.value && (
        <Confirm title={t("messages.unlink")} text={t("messages.unlink_text", { service: serviceName(removing.value.service) })} action={t("messages.unlink")} danger onClose={() => (removing.value = null)} onConfirm={async () => {
          await call(`/me/chat-accounts/${encodeURIComponent(removing.value?.service ?? "")}`, { method: "DELETE" });
          await query.refetch();
        }} />
      )}
    </Panel>
  );
}
