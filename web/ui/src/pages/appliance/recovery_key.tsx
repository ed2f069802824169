// The recovery key: ten words that open every backup, on any machine. They are made by the appliance, shown once, printed
// or written down, and confirmed by two of them. They live in this page's memory while the dialog is open: in no address,
// no storage, no history.
import { useSignal } from "@preact/signals";
import { call } from "../../lib/api";
import { t, tx } from "../../lib/i18n";
import { Time } from "../../lib/time";
import type { BackupList, RecoveryKeyConfirmed, RecoveryKeyMade } from "../../lib/types";
import { Facts, Field, Panel } from "../../parts/basics";
import { Dialog, toast } from "../../parts/dialog";
import { Form, useForm } from "../../parts/form";
import { Icon } from "../../parts/icon";
import { Outcome } from "../../parts/state";
import { RecoverySheet, wordsOf } from "./recovery_sheet";

type PartProps = { list: BackupList; changed: () => Promise<void> };

export function RecoveryKeyPanel(props: PartProps) {
  const { recovery_key: key } = props.list;
  const making = useSignal(false);
  const isThere = key.state === "confirmed";
  return (
    <div id="recovery-key">
      <Panel title={t("recovery_key.title")}>
        <p class="quiet">{t("recovery_key.about")}</p>
        {isThere ? (
          <Facts items={[
            [t("recovery_key.state"), <Outcome kind="up">{t("recovery_key.confirmed")}</Outcome>],
            [t("recovery_key.since"), <Time at={key.since} />],
            [t("recovery_key.fingerprint"), <code class="answer-text">{key.fingerprint}</code>],
          ]} />
        ) : (
          <p class="note">{t(key.state === "unconfirmed" ? "recovery_key.unconfirmed" : "recovery_key.none")}</p>
        )}
        <div class="form-actions spaced-top">
          <button type="button" class={isThere ? "button" : "button primary"} onClick={() => (making.value = true)}>
            <Icon name="key" />{t(isThere ? "recovery_key.replace" : "recovery_key.make")}
          </button>
        </div>
      </Panel>
      {making.value && <MakeKey replaces={isThere} changed={props.changed} onClose={() => (making.value = false)} />}
    </div>
  );
}

// Three steps in one dialog. What it holds goes with it.
function MakeKey(props: { replaces: boolean; changed: () => Promise<void>; onClose: () => void }) {
  const made = useSignal<RecoveryKeyMade | null>(null);
  const kept = useSignal(false);
  const title = t(props.replaces ? "recovery_key.replace" : "recovery_key.make");
  const key = made.value;
  return (
    <Dialog title={title} wide onClose={props.onClose}>
      {!key ? <Begin {...props} onMade={(value) => (made.value = value)} />
        : !kept.value ? <Words made={key} onKept={() => (kept.value = true)} />
        : <Confirmed made={key} onBack={() => (kept.value = false)} onConfirmed={async () => {
            toast(t("recovery_key.done"));
            props.onClose();
            await props.changed();
          }} />}
    </Dialog>
  );
}

function Begin(props: { replaces: boolean; onClose: () => void; onMade: (made: RecoveryKeyMade) => void }) {
  const form = useForm();
  return (
    <Form state={form} spoken={t("recovery_key.make")} onSubmit={async () => props.onMade(await call<RecoveryKeyMade>("/appliance/recovery-key", { method: "POST" }))}>
      <p>{t("recovery_key.begin")}</p>
      <ul class="prose-list">
        <li>{t("recovery_key.begin_once")}</li>
        <li>{t("recovery_key.begin_paper")}</li>
        <li>{t("recovery_key.begin_alone")}</li>
      </ul>
      {props.replaces && <p class="note">{t("recovery_key.begin_replace")}</p>}
      <div class="form-actions">
        <button type="submit" class="button primary" disabled={form.busy.value}>{t("recovery_key.show")}</button>
        <button type="button" class="button" onClick={props.onClose}>{t("confirm.cancel")}</button>
      </div>
    </Form>
  );
}

function Words(props: { made: RecoveryKeyMade; onKept: () => void }) {
  return (
    <>
      <p>{t("recovery_key.words_text")}</p>
      <ol class="codes" id="recovery-words" aria-label={t("recovery_key.words")}>
        {wordsOf(props.made).map((word, index) => <li key={index}><code>{word}</code></li>)}
      </ol>
      <p class="quiet">{tx("recovery_key.fingerprint_is", { fingerprint: <code>{props.made.fingerprint}</code> })}</p>
      <div class="form-actions">
        <button type="button" class="button" onClick={() => print()}>{t("recovery_key.print")}</button>
        <button type="button" class="button primary" onClick={props.onKept}>{t("recovery_key.kept")}</button>
      </div>
      <RecoverySheet made={props.made} />
    </>
  );
}

function Confirmed(props: { made: RecoveryKeyMade; onBack: () => void; onConfirmed: () => Promise<void> }) {
  const form = useForm();
  const typed = useSignal<string[]>(props.made.ask.map(() => ""));
  return (
    <Form state={form} spoken={t("recovery_key.confirm")} fields={["words"]} onSubmit={async () => {
      const words = typed.value.map((word) => word.trim().toLowerCase());
      await call<RecoveryKeyConfirmed>("/appliance/recovery-key/confirm", { method: "POST", body: { words } });
      await props.onConfirmed();
    }}>
      <p>{t("recovery_key.confirm_text")}</p>
      {props.made.ask.map((number, index) => (
        <Field key={number} text={t("recovery_key.word", { number })} error={index === 0 ? form.fieldError("words") : null}>
          {(attributes) => (
            <input {...attributes} type="text" required autoFocus={index === 0} autoComplete="off" autoCapitalize="off" spellcheck={false} maxLength={20} value={typed.value[index]}
              onInput={(event) => (typed.value = typed.value.map((each, at) => (at === index ? event.currentTarget.value : each)))} />
          )}
        </Field>
      ))}
      <div class="form-actions">
        <button type="submit" class="button primary" disabled={form.busy.value}>{t("recovery_key.confirm")}</button>
        <button type="button" class="button" onClick={props.onBack}>{t("recovery_key.back")}</button>
      </div>
    </Form>
  );
}
