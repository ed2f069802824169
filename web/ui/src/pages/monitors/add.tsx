// Adding a monitor: one field takes an address, host:port or several lines; what the server makes of it fills the form,
// which can be tried before it is saved. Several lines go on to the import. A host that nobody here confirmed yet asks
// once whether one may check it.
import { useSignal, type Signal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { ApiError, call, newKey } from "../../lib/api";
import { useMayEditOf, useTeams } from "../../lib/belonging";
import { t } from "../../lib/i18n";
import { fromHere, navigate } from "../../lib/router";
import { splitTags } from "../../lib/tags";
import { api, at, mayEdit } from "../../lib/workspace";
import { Check, Field, Skeleton } from "../../parts/basics";
import { Dialog } from "../../parts/dialog";
import { Form, useForm } from "../../parts/form";
import { Icon } from "../../parts/icon";
import { CheckFields, draftBody, draftErrors, Try, useDraft } from "./check_form";
import { pasted } from "./importing";
import { asksForHost, type CheckKind, kindIcon, type Monitor, type Proposal, useCheckKinds } from "./model";

type Kinds = ReadonlyMap<string, CheckKind>;

export function AddMonitor(props: { onClose: () => void }) {
  const kinds = useCheckKinds();
  const proposal = useSignal<Proposal | null>(null);
  return (
    <Dialog title={t("monitors.add")} onClose={props.onClose} wide>
      {!kinds.value ? <Skeleton lines={3} /> : proposal.value
        ? <Details key={proposal.value.kind} kinds={kinds.value} proposal={proposal.value} onKind={(kind) => (proposal.value = { kind, name: proposal.value?.name ?? "", fields: {}, secrets_moved: [] })} onClose={props.onClose} />
        : <Paste kinds={kinds.value} proposal={proposal} onClose={props.onClose} />}
    </Dialog>
  );
}

function Paste(props: { kinds: Kinds; proposal: Signal<Proposal | null>; onClose: () => void }) {
  const form = useForm();
  const text = useSignal(pasted.peek());
  const start = useRef<HTMLTextAreaElement>(null);
  useEffect(() => start.current?.focus(), []); // where the kinds came after the dialog had opened
  return (
    <Form state={form} spoken={t("monitors.add")} fields={["text"]} onSubmit={async () => {
      if (text.value.trim().includes("\n")) {
        pasted.value = text.value;
        navigate(at("monitors/import"));
        return;
      }
      const { items } = await call<{ items: Proposal[] }>(api("/monitors/propose"), { method: "POST", body: { text: text.value } });
      if (items.length === 0) throw new ApiError(t("monitors.not_recognised"), 422, "invalid_input", "text");
      pasted.value = "";
      props.proposal.value = items[0] ?? null;
    }}>
      <Field text={t("monitors.paste")} hint={t("monitors.paste_hint")} error={form.fieldError("text")}>
        {(attributes) => (
          <textarea {...attributes} ref={start} name="text" rows={3} required autoFocus spellcheck={false} class="mono" placeholder={"https://example.com\ndb-1.example.com:5432"} value={text.value}
            onInput={(event) => (text.value = event.currentTarget.value)}
            onKeyDown={(event) => {
              if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
              event.preventDefault();
              event.currentTarget.form?.requestSubmit();
            }} />
        )}
      </Field>
      <div class="form-actions">
        <button type="submit" class="button primary" disabled={form.busy.value}>{t("monitors.next")}</button>
        <button type="button" class="button" onClick={props.onClose}>{t("confirm.cancel")}</button>
      </div>
      <fieldset>
        <legend class="legend-title">{t("monitors.or_kind")}</legend>
        <div class="kind-choices">
          {[...props.kinds.values()].map((each) => (
            <button key={each.kind} type="button" class="button" onClick={() => (props.proposal.value = { kind: each.kind, name: "", fields: {}, secrets_moved: [] })}>
              <Icon name={kindIcon(each)} />{each.title}
            </button>
          ))}
        </div>
      </fieldset>
    </Form>
  );
}

function Details(props: { kinds: Kinds; proposal: Proposal; onKind: (kind: string) => void; onClose: () => void }) {
  const { proposal } = props;
  const kind = props.kinds.get(proposal.kind) ?? [...props.kinds.values()][0];
  return kind ? <DetailsForm {...props} kind={kind} /> : null;
}

function DetailsForm(props: { kinds: Kinds; kind: CheckKind; proposal: Proposal; onKind: (kind: string) => void; onClose: () => void }) {
  const { kind, proposal } = props;
  const form = useForm();
  const draft = useDraft(kind, undefined, proposal.fields);
  const name = useSignal(proposal.name);
  const tags = useSignal("");
  const team = useSignal("");
  const confirmed = useSignal(false);
  const key = useRef(newKey());
  const start = useRef<HTMLInputElement>(null);
  useEffect(() => start.current?.focus(), []); // what had the focus is gone
  const mayEditOf = useMayEditOf();
  const teams = useTeams().value.filter((each) => mayEditOf([each.id]));
  // As with agents: an operator adds to their own teams. Where they have one team only, the server knows which.
  const asksForTeam = mayEdit.value ? teams.length > 0 : teams.length > 1;
  const asks = asksForHost(form.error.value);
  const moved = proposal.secrets_moved ?? [];
  return (
    <Form
      state={form}
      spoken={t("monitors.add")}
      fields={["name", "tags", "teams", "confirmed_host", ...draftErrors(kind)]}
      onSubmit={async () => {
        const onwards = fromHere();
        const body = {
          kind: kind.kind, ...draftBody(kind, draft), tags: splitTags(tags.value), ...(name.value.trim() ? { name: name.value.trim() } : {}),
          ...(team.value ? { teams: [team.value] } : {}), ...(confirmed.value ? { confirmed_host: true } : {}),
        };
        try {
          const made = await call<Monitor>(api("/monitors"), { method: "POST", body, key: key.current });
          onwards(at(`monitors/${made.id}`));
        } catch (failure) {
          key.current = newKey(); // what is sent next differs
          throw failure;
        }
      }}
    >
      <div class="form-grid">
        <Field text={t("monitors.kind")}>
          {(attributes) => (
            <select {...attributes} name="kind" value={kind.kind} onChange={(event) => props.onKind(event.currentTarget.value)}>
              {[...props.kinds.values()].map((each) => <option key={each.kind} value={each.kind}>{each.title}</option>)}
            </select>
          )}
        </Field>
        <Field text={t("agents.name")} optional hint={t("monitors.name_hint")} error={form.fieldError("name")}>
          {(attributes) => <input {...attributes} ref={start} type="text" name="name" maxLength={80} autoComplete="off" value={name.value} onInput={(event) => (name.value = event.currentTarget.value)} />}
        </Field>
      </div>
      {moved.length > 0 && <p class="note" role="status">{t("monitors.secrets_moved")}</p>}
      <CheckFields kind={kind} draft={draft} form={form} tags={splitTags(tags.value)} groups={[]} />
      <Field text={t("agents.tags")} optional hint={t("agents.tags_hint")} error={form.fieldError("tags")}>
        {(attributes) => <input {...attributes} type="text" name="tags" autoComplete="off" spellcheck={false} value={tags.value} onInput={(event) => (tags.value = event.currentTarget.value)} />}
      </Field>
      {asksForTeam && (
        <Field text={t("agents.team")} optional={mayEdit.value} error={form.fieldError("teams")}>
          {(attributes) => (
            <select {...attributes} name="team" required={!mayEdit.value} value={team.value} onChange={(event) => (team.value = event.currentTarget.value)}>
              <option value="">{mayEdit.value ? t("agents.no_team") : ""}</option>
              {teams.map((each) => <option key={each.id} value={each.id}>{each.name}</option>)}
            </select>
          )}
        </Field>
      )}
      {(asks || confirmed.value) && (
        <div class="note" role={confirmed.value ? undefined : "alert"}>
          {asks && <p>{form.error.value?.message}</p>}
          <Check name="confirmed_host" required checked={confirmed.value} onChange={(on) => (confirmed.value = on)}>{t("monitors.confirm_host")}</Check>
        </div>
      )}
      <Try kind={kind} draft={draft} />
      <div class="form-actions">
        <button type="submit" class="button primary" disabled={form.busy.value}>{t("form.save")}</button>
        <button type="button" class="button" onClick={props.onClose}>{t("confirm.cancel")}</button>
      </div>
    </Form>
  );
}
