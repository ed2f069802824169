// The recipients of alerts. The server lists the kinds of channels and what each asks for. "Send a test" shows the other
// side's own answer. A secret that the server makes (a webhook's) is shown once.
import { useSignal } from "@preact/signals";
import { useRef } from "preact/hooks";
import { call, newKey } from "../../lib/api";
import { t } from "../../lib/i18n";
import { late } from "../../lib/late";
import { useQuery } from "../../lib/query";
import { ago } from "../../lib/time";
import type { Answer, Channel as ChannelRow, KindField, List, ReaderHours, Recipient } from "../../lib/types";
import { api, mayEditSome, workspace } from "../../lib/workspace";
import { Check, CopyBox, Empty, Field, Loaded, PageHeader, Skeleton } from "../../parts/basics";
import { attempt, Confirm, Dialog, toast } from "../../parts/dialog";
import { Form, useForm } from "../../parts/form";
import { Icon, iconNamed } from "../../parts/icon";
import { kindBody, KindForm, kindFieldNames, kindValues, type KindValues } from "../../parts/kind_form";
import { AnswerLine } from "../../parts/answer_line";
import { Outcome } from "../../parts/state";

type Channel = ChannelRow & { needs_code?: boolean };

// A member who sees only what belongs to their teams may add recipients, but change none: others' alerts go there too.
const seesAll = () => workspace.value?.sees_all ?? true;

// The latest messages with their outcome, and the hours of readers: loaded with the first recipient that is looked at.
const Latest = late(() => import("./deliveries").then((file) => file.LatestDeliveries));
const Hours = late(() => import("./recipient_hours").then((file) => file.HoursFields));
const Code = late(() => import("./recipient_hours").then((file) => file.CodeForm));

export function Recipients(_: { id: string }) {
  const query = useQuery<List<Recipient>>(api("/recipients"), { on: (event) => event.name === "recipient.changed" });
  const channels = useQuery<List<Channel>>("/channels");
  const kindOf = (word: string): Channel | null => channels.data.value?.items.find((each) => each.kind === word) ?? null;
  const editing = useSignal<Recipient | "new" | null>(null);
  const removing = useSignal<Recipient | null>(null);
  const secret = useSignal<{ name: string; kind: string; secret: string } | null>(null);
  const add = mayEditSome.value && (
    <button type="button" class="button primary" onClick={() => (editing.value = "new")}><Icon name="plus" />{t("recipients.add")}</button>
  );
  return (
    <>
      <PageHeader title={t("nav.recipients")} actions={add} />
      <Loaded query={query} lines={3} height={84}>
        {(list) =>
          list.items.length === 0 ? (
            <Empty icon="bell" title={t("recipients.empty")} action={add}>{t("recipients.empty_text")}</Empty>
          ) : (
            <ul class="recipient-list" aria-label={t("nav.recipients")}>
              {list.items.map((recipient) => (
                <li key={recipient.id}>
                  <Card recipient={recipient} channel={kindOf(recipient.kind)} onEdit={() => (editing.value = recipient)} onRemove={() => (removing.value = recipient)} onConfirmed={query.refetch} />
                </li>
              ))}
            </ul>
          )}
      </Loaded>
      <Latest />
      {editing.value && (
        <Edit
          recipient={editing.value === "new" ? null : editing.value}
          channels={channels.data.value?.items ?? null}
          onClose={() => (editing.value = null)}
          onSaved={async (saved, once) => {
            editing.value = null;
            if (once) secret.value = { name: saved.name, kind: saved.kind, secret: once };
            await query.refetch();
          }}
        />
      )}
      {removing.value && (
        <Confirm title={t("recipients.remove")} text={t("recipients.remove_text", { name: removing.value.name })} action={t("recipients.remove")} danger
          onClose={() => (removing.value = null)}
          onConfirm={async () => {
            await call(api(`/recipients/${removing.value?.id}`), { method: "DELETE" });
            await query.refetch();
          }} />
      )}
      {secret.value && <Once {...secret.value} field={kindOf(secret.value.kind)?.fields.find((each) => each.made_here) ?? null} onClose={() => (secret.value = null)} />}
    </>
  );
}

// A secret that the server made, this once.
function Once(props: { name: string; secret: string; field: KindField | null; onClose: () => void }) {
  const label = props.field?.label ?? t("recipients.secret");
  return (
    <Dialog title={t("recipients.secret_title", { secret: label, name: props.name })} onClose={props.onClose}>
      {props.field && <p>{props.field.help}</p>}
      <CopyBox text={props.secret} spoken={label} />
      <p class="note">{t("agents.once")}</p>
    </Dialog>
  );
}

function Card(props: { recipient: Recipient; channel: Channel | null; onEdit: () => void; onRemove: () => void; onConfirmed: () => Promise<void> }) {
  const { recipient } = props;
  const busy = useSignal(false);
  const answer = useSignal<Answer | null>(null);
  return (
    <div class="panel">
      <div class="recipient">
        <Icon name={iconNamed(props.channel?.icon)} spoken={props.channel?.title ?? recipient.kind} />
        <div class="grow">
          <h2>{recipient.name}</h2>
          <p class="quiet">{recipient.shown}</p>
          <p class="recipient-facts">
            {!recipient.known ? <Outcome kind="warning">{t("recipients.unknown", { kind: recipient.kind })}</Outcome>
              : !recipient.enabled ? <Outcome kind="paused">{t("recipients.off")}</Outcome>
              : recipient.consent === "confirmed" ? <Outcome kind="up">{t("recipients.on")}</Outcome>
              : <Outcome kind={recipient.consent === "unconfirmed" ? "pending" : "paused"}>{t(`consent.${recipient.consent}`)}</Outcome>}
            <span class="quiet">{recipient.receives_by_default ? t("recipients.by_default") : t("recipients.by_rule")}</span>
            <span class="quiet">{recipient.last_tested_at ? t("recipients.tested", { time: ago(recipient.last_tested_at) }) : t("recipients.never_tested")}</span>
          </p>
        </div>
        {mayEditSome.value && (
          <div class="actions">
            <button type="button" class="button" disabled={busy.value || recipient.consent !== "confirmed" || !recipient.known} onClick={async () => {
              busy.value = true;
              answer.value = null;
              await attempt(async () => {
                answer.value = await call<Answer>(api(`/recipients/${recipient.id}/test`), { method: "POST", body: {}, timeoutMs: 90_000 });
              });
              busy.value = false;
            }}><Icon name="send" />{busy.value ? t("test.sending") : t("mail.test")}<span class="hidden"> ({recipient.name})</span></button>
            {seesAll() && (
              <>
                <button type="button" class="button" disabled={!recipient.known} onClick={props.onEdit}>{t("form.edit")}<span class="hidden"> ({recipient.name})</span></button>
                <button type="button" class="button danger-quiet" onClick={props.onRemove}>{t("form.remove")}<span class="hidden"> ({recipient.name})</span></button>
              </>
            )}
          </div>
        )}
      </div>
      {recipient.consent !== "confirmed" && (props.channel?.needs_code ? <Code recipient={recipient} onConfirmed={props.onConfirmed} /> : <Consent recipient={recipient} />)}
      <AnswerLine answer={answer.value} />
      {!answer.value && recipient.last_test_answer && <p class="answer"><span class="quiet">{t("recipients.last_answer")}</span> <code class="answer-text">{recipient.last_test_answer}</code></p>}
    </div>
  );
}

// An address that has not agreed gets no alerts. The letter that asks can be sent again.
function Consent(props: { recipient: Recipient }) {
  const { recipient } = props;
  const busy = useSignal(false);
  return (
    <div class="answer">
      <span class="grow">
        {t(recipient.consent === "unconfirmed" ? "recipients.waits" : "recipients.said_no")}{" "}
        {recipient.consent_asked_at && <span class="quiet">{t("recipients.asked", { time: ago(recipient.consent_asked_at) })}</span>}
      </span>
      {mayEditSome.value && (
        <button type="button" class="button small" disabled={busy.value} onClick={async () => {
          busy.value = true;
          if (await attempt(async () => void (await call(api(`/recipients/${recipient.id}/confirmation`), { method: "POST", body: {} })))) toast(t("recipients.asked_again"));
          busy.value = false;
        }}>{t("recipients.ask_again")}<span class="hidden"> ({recipient.name})</span></button>
      )}
    </div>
  );
}

function Edit(props: { recipient: Recipient | null; channels: Channel[] | null; onClose: () => void; onSaved: (recipient: Recipient, secret: string | null) => Promise<void> }) {
  const { recipient, channels } = props;
  const title = recipient ? t("recipients.edit") : t("recipients.add");
  return (
    <Dialog title={title} onClose={props.onClose}>
      {channels && channels[0] ? <EditForm {...props} title={title} channels={channels} first={channels[0]} /> : <Skeleton lines={3} />}
    </Dialog>
  );
}

function EditForm(props: {
  recipient: Recipient | null; channels: Channel[]; first: Channel; title: string; onClose: () => void;
  onSaved: (recipient: Recipient, secret: string | null) => Promise<void>;
}) {
  const { recipient } = props;
  const form = useForm();
  const named = (word: string): Channel => props.channels.find((each) => each.kind === word) ?? props.first;
  const kind = useSignal<string>(recipient?.kind ?? props.first.kind);
  const channel = named(kind.value);
  const name = useSignal(recipient?.name ?? "");
  const values = useSignal<KindValues>(kindValues(channel.fields, recipient?.fields));
  const byDefault = useSignal(recipient?.receives_by_default ?? seesAll());
  const enabled = useSignal(recipient?.enabled ?? true);
  const hours = useSignal<ReaderHours>({
    zone: recipient?.zone ?? "UTC", quiet_from: recipient?.quiet_from ?? null, quiet_to: recipient?.quiet_to ?? null, digest_at: recipient?.digest_at ?? null, weekly: recipient?.weekly ?? false,
  });
  const key = useRef(newKey());
  return (
    <Form
      state={form}
      spoken={props.title}
      fields={["name", "zone", "quiet_from", "quiet_to", "digest_at", ...kindFieldNames(channel.fields)]}
      onSubmit={async () => {
        const body = { name: name.value.trim(), fields: kindBody(channel.fields, values.value), receives_by_default: byDefault.value, enabled: enabled.value };
        if (recipient) {
          await props.onSaved(await call<Recipient>(api(`/recipients/${recipient.id}`), { method: "PATCH", version: recipient.version, body: { ...body, ...hours.value } }), null);
          toast(t("form.saved"));
        } else {
          const made = await call<{ recipient: Recipient; secret: string | null }>(api("/recipients"), { method: "POST", body: { ...body, kind: kind.value }, key: key.current });
          await props.onSaved(made.recipient, made.secret);
        }
      }}
    >
      {!recipient && (
        <div class="kind-choices" role="group" aria-label={t("recipients.channel")}>
          {props.channels.map((each) => (
            <button key={each.kind} type="button" class="button small" aria-pressed={each.kind === kind.value ? "true" : "false"} onClick={() => {
              kind.value = each.kind;
              values.value = kindValues(each.fields);
            }}><Icon name={iconNamed(each.icon)} />{each.title}</button>
          ))}
        </div>
      )}
      <Field text={t("recipients.name")} error={form.fieldError("name")}>
        {(attributes) => <input {...attributes} type="text" name="name" required maxLength={80} value={name.value} onInput={(event) => (name.value = event.currentTarget.value)} />}
      </Field>
      <KindForm key={kind.value} form={form} fields={channel.fields} values={values} secretsSet={recipient?.secrets_set} />
      {seesAll() && <Check checked={byDefault.value} onChange={(on) => (byDefault.value = on)}>{t("recipients.default_text")}</Check>}
      <Check checked={enabled.value} onChange={(on) => (enabled.value = on)}>{t("recipients.enabled")}</Check>
      {recipient && (
        <details>
          <summary>{t("recipients.hours")}</summary>
          <div class="stack"><Hours hours={hours} form={form} /></div>
        </details>
      )}
      <div class="form-actions">
        <button type="submit" class="button primary" disabled={form.busy.value}>{recipient ? t("form.save") : t("recipients.add")}</button>
        <button type="button" class="button" onClick={props.onClose}>{t("confirm.cancel")}</button>
      </div>
    </Form>
  );
}
