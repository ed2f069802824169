// Appliance: the time after a restore. What happened, what is held back, and what the restore brought back to life: an
// administrator vouches for each, or revokes it. It ends with the question whether the former machine is off.
import { useSignal, type Signal } from "@preact/signals";
import { call, loadMe } from "../../lib/api";
import { t, word } from "../../lib/i18n";
import { useQuery } from "../../lib/query";
import { Time } from "../../lib/time";
import type { Recovery, VouchKind } from "../../lib/types";
import { Check, Empty, Facts, Loaded, Panel } from "../../parts/basics";
import { Confirm, toast } from "../../parts/dialog";
import { Form, useForm } from "../../parts/form";
import { Outcome } from "../../parts/state";
import { ApplianceShell } from "../../shell/appliance_shell";

type Item = Recovery["items"][number];
const kEveryMs = 15_000;
const kShownFirst = 50; // of each kind
const kRevokedAtOnce = 500; // as the API takes them

// What opens most comes first.
const kinds: VouchKind[] = ["administrator", "person", "member", "invitation", "session", "login_link", "api_key", "enrolment_key", "agent", "totp", "passkey", "recovery_codes"];
const held = ["told", "checked", "forwarded", "deleted", "backups"] as const;
const nameOf = (item: Item) => `${item.kind} ${item.id}`;

export function RecoveryPage(_: { id: string }) {
  const query = useQuery<Recovery>("/appliance/recovery", { everyMs: kEveryMs });
  const vouched = useSignal<ReadonlySet<string>>(new Set());
  const list = query.data.value;
  return (
    <ApplianceShell title={t("appliance.recovery")} state={list?.is_on && <Outcome kind="warning">{t("recovery.on")}</Outcome>}>
      <Loaded query={query} lines={6} height={56}>
        {(recovery) => !recovery.is_on ? (
          <Empty icon="check" title={t("recovery.off")} action={<a class="button" href="/appliance/backups">{t("recovery.to_backups")}</a>}>{t("recovery.off_text")}</Empty>
        ) : (
          <>
            <div class="columns">
              <Panel title={t("recovery.what")}>
                <p>{t("recovery.what_text")}</p>
                <Facts items={[
                  [t("recovery.since"), <Time at={recovery.since} exact />],
                  [t("recovery.backup_at"), <Time at={recovery.backup_at} exact />],
                  [t("recovery.host"), recovery.host || "–"],
                  [t("recovery.former"), <code class="answer-text">{recovery.former_instance || "–"}</code>],
                ]} />
              </Panel>
              <Panel title={t("recovery.held")}>
                <ul class="prose-list">{held.map((each) => <li key={each}>{t(`recovery.held_${each}`)}</li>)}</ul>
                <p class="quiet">{t("recovery.held_not")}</p>
              </Panel>
            </div>
            <Vouching items={recovery.items} vouched={vouched} changed={() => query.refetch()} />
            <End left={recovery.items.filter((item) => !vouched.value.has(nameOf(item))).length} onEnded={async () => {
              await Promise.all([query.refetch(), loadMe()]);
            }} />
          </>
        )}
      </Loaded>
    </ApplianceShell>
  );
}

function Vouching(props: { items: Item[]; vouched: Signal<ReadonlySet<string>>; changed: () => Promise<void> }) {
  const { items, vouched } = props;
  const asking = useSignal(false);
  const doubtful = items.filter((item) => !vouched.value.has(nameOf(item)));
  const vouch = (which: Item[], on: boolean) => {
    const next = new Set(vouched.value);
    for (const item of which) next[on ? "add" : "delete"](nameOf(item));
    vouched.value = next;
  };
  const counted = kinds
    .map((kind) => [kind, doubtful.filter((item) => item.kind === kind).length] as const)
    .filter(([, count]) => count > 0);
  return (
    <Panel title={t("recovery.vouch")} class="spaced-top">
      <p>{t("recovery.vouch_text")}</p>
      {items.length === 0 ? <p class="quiet">{t("recovery.vouch_none")}</p> : (
        <>
          <div class="stack">
            <Check checked={doubtful.length === 0} onChange={(on) => vouch(items, on)}>{t("recovery.vouch_all", { n: items.length })}</Check>
            {kinds.map((kind) => <KindOf key={kind} kind={kind} items={items.filter((item) => item.kind === kind)} vouched={vouched.value} onVouch={vouch} />)}
          </div>
          <div class="form-actions spaced-top">
            <button type="button" class="button danger" disabled={doubtful.length === 0} onClick={() => (asking.value = true)}>{t("recovery.revoke")}</button>
            <span class="quiet" role="status">{t("recovery.left", { n: doubtful.length })}</span>
          </div>
        </>
      )}
      {asking.value && (
        <Confirm title={t("recovery.revoke")} action={t("recovery.revoke_action", { n: doubtful.length })} typed={t("recovery.revoke_typed")} danger
          onClose={() => (asking.value = false)}
          text={
            <>
              {t("recovery.revoke_text")}
              <span class="under">{counted.map(([kind, count]) => `${word("vouch", kind)}: ${count}`).join(" · ")}</span>
            </>
          }
          onConfirm={async () => {
            let count = 0;
            try {
              for (let from = 0; from < doubtful.length; from += kRevokedAtOnce) {
                const items = doubtful.slice(from, from + kRevokedAtOnce).map(({ kind, id }) => ({ kind, id }));
                count += (await call<{ revoked: number }>("/appliance/recovery/revoke", { method: "POST", body: { items } })).revoked;
              }
            } finally {
              await props.changed();
            }
            toast(t("recovery.revoked", { n: count }));
          }} />
      )}
    </Panel>
  );
}

// The things of one kind, newest first as they came. `vouched` names those that the reader ticked.
function KindOf(props: { kind: VouchKind; items: Item[]; vouched: ReadonlySet<string>; onVouch: (which: Item[], on: boolean) => void }) {
  const { items, vouched } = props;
  const all = useSignal(false);
  if (items.length === 0) return null;
  const shown = all.value ? items : items.slice(0, kShownFirst);
  const ticked = items.filter((item) => vouched.has(nameOf(item))).length;
  return (
    <fieldset>
      <legend class="legend-title">{word("vouch", props.kind)} <span class="quiet">{t("recovery.of", { n: ticked, all: items.length })}</span></legend>
      {items.length > 1 && <Check checked={ticked === items.length} onChange={(on) => props.onVouch(items, on)}><span class="quiet">{t("recovery.vouch_kind")}</span></Check>}
      <ul class="danger-list">
        {shown.map((item) => (
          <li key={nameOf(item)}>
            <div>
              <Check checked={vouched.has(nameOf(item))} onChange={(on) => props.onVouch([item], on)}>
                <strong>{item.name}</strong>{item.workspace && <span class="quiet"> · {item.workspace}</span>}
                {item.detail && <span class="under">{item.detail}</span>}
              </Check>
            </div>
            <span class="quiet">
              {item.at && <Time at={item.at} />}
              {item.last_used_at && <span class="under">{t("recovery.used")} <Time at={item.last_used_at} /></span>}
            </span>
          </li>
        ))}
      </ul>
      {shown.length < items.length && (
        <button type="button" class="link-button" onClick={() => (all.value = true)}>{t("recovery.show_all", { n: items.length - shown.length })}<span class="hidden"> ({word("vouch", props.kind)})</span></button>
      )}
    </fieldset>
  );
}

function End(props: { left: number; onEnded: () => Promise<void> }) {
  const form = useForm();
  const isOff = useSignal(false);
  return (
    <div class="narrow spaced-top">
      <Panel title={t("recovery.end")}>
        <Form state={form} spoken={t("recovery.end")} fields={["former_is_off"]} onSubmit={async () => {
          await call("/appliance/recovery/end", { method: "POST", body: { former_is_off: isOff.value } });
          toast(t("recovery.ended"));
          await props.onEnded();
        }}>
          <p>{t("recovery.end_text")}</p>
          {props.left > 0 && <p class="note">{t("recovery.end_left", { n: props.left })}</p>}
          <p><strong>{t("recovery.end_question")}</strong> {t("recovery.end_why")}</p>
          <Check name="former_is_off" required checked={isOff.value} onChange={(on) => (isOff.value = on)}>{t("recovery.end_off")}</Check>
          {form.fieldError("former_is_off") && <p class="field-error">{form.fieldError("former_is_off")}</p>}
          <div class="form-actions"><button type="submit" class="button primary" disabled={form.busy.value || !isOff.value}>{t("recovery.end")}</button></div>
        </Form>
      </Panel>
    </div>
  );
}
