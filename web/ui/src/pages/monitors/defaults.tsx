// What groups and tags set for the monitors in them: how often and how patiently they are checked, and who is told where
// a rule names nobody. A monitor may differ from it.
import { useSignal, type Signal } from "@preact/signals";
import { call } from "../../lib/api";
import { t } from "../../lib/i18n";
import { useQuery } from "../../lib/query";
import type { List, Recipient, Subject } from "../../lib/types";
import { api, at, mayEditSome } from "../../lib/workspace";
import { Check, Empty, Field, Loaded, PageHeader, Panel } from "../../parts/basics";
import { Dialog, toast } from "../../parts/dialog";
import { Form, useForm } from "../../parts/form";
import { Icon } from "../../parts/icon";
import { type DefaultsRow, type Own, timingNames, useGroups } from "./model";
import { said, TimingFields } from "./timing_fields";

// Only what is set; `of_name` is the server's.
function sent(row: DefaultsRow): DefaultsRow {
  const set = timingNames.filter((name) => typeof row[name] === "number").map((name) => [name, row[name]]);
  return { scope: row.scope, of: row.of, recipients: row.recipients ?? [], ...Object.fromEntries(set) };
}

export function DefaultsPage() {
  const path = api("/check-defaults");
  const query = useQuery<List<DefaultsRow>>(path);
  const groups = useGroups();
  const recipients = useQuery<List<Recipient>>(api("/recipients"));
  const editing = useSignal<DefaultsRow | "new" | null>(null);
  if (!mayEditSome.value) return <Empty alone icon="monitor" title={t("unknown.title")}>{t("unknown.text")}</Empty>;
  const nameOf = (row: DefaultsRow) => (row.scope === "tag" ? row.of : row.of_name || groups.value.find((each) => each.id === row.of)?.name || row.of);
  const people = recipients.data.value?.items ?? [];
  const put = async (rows: DefaultsRow[]) => {
    query.data.value = await call<List<DefaultsRow>>(path, { method: "PUT", body: { items: rows.map(sent) } });
    toast(t("form.saved"));
  };
  const add = <button type="button" class="button primary" onClick={() => (editing.value = "new")}><Icon name="plus" />{t("defaults.add")}</button>;
  return (
    <>
      <PageHeader title={t("monitors.defaults")} back={{ href: at("monitors"), text: t("nav.monitors") }} actions={add} />
      <p class="quiet intro">{t("defaults.text")}</p>
      <Loaded query={query} lines={3} height={56}>
        {(list) => (
          <>
            {list.items.length === 0 ? <Empty icon="clock" title={t("defaults.none")} action={add}>{t("defaults.none_text")}</Empty> : (
              <ul class="recipient-list" aria-label={t("monitors.defaults")}>
                {list.items.map((row) => (
                  <li key={`${row.scope} ${row.of}`}>
                    <Panel>
                      <div class="recipient">
                        <div class="grow">
                          <h2>{t(row.scope === "tag" ? "defaults.of_tag" : "defaults.of_group", { name: nameOf(row) })}</h2>
                          <p class="quiet">{timingNames.flatMap((name) => { const value = row[name]; return value === null || value === undefined ? [] : [`${t(`timing.${name}`)}: ${said(name, value)}`]; }).join(" · ")}</p>
                          {(row.recipients ?? []).length > 0 && <p class="quiet">{t("defaults.tells", { names: row.recipients.map((id) => people.find((each) => each.id === id)?.name ?? "?").join(", ") })}</p>}
                        </div>
                        <div class="actions">
                          <button type="button" class="button" onClick={() => (editing.value = row)}>{t("form.edit")}<span class="hidden"> ({nameOf(row)})</span></button>
                          <button type="button" class="button danger-quiet" onClick={() => void put(list.items.filter((each) => each !== row)).catch((failure: Error) => toast(failure.message, true))}>{t("form.remove")}<span class="hidden"> ({nameOf(row)})</span></button>
                        </div>
                      </div>
                    </Panel>
                  </li>
                ))}
              </ul>
            )}
            {editing.value && (
              <Edit row={editing.value === "new" ? null : editing.value} groups={groups.value} people={people} onClose={() => (editing.value = null)}
                onSave={async (row) => {
                  const former = editing.value;
                  await put([...list.items.filter((each) => each !== former && (each.scope !== row.scope || each.of !== row.of)), row]);
                  editing.value = null;
                }} />
            )}
          </>
        )}
      </Loaded>
    </>
  );
}

function Edit(props: { row: DefaultsRow | null; groups: Subject[]; people: Recipient[]; onClose: () => void; onSave: (row: DefaultsRow) => Promise<void> }) {
  const { row } = props;
  const form = useForm();
  const scope = useSignal<DefaultsRow["scope"]>(row?.scope ?? (props.groups.length > 0 ? "group" : "tag"));
  const of = useSignal(row?.of ?? "");
  const own = useSignal<Own>(Object.fromEntries(timingNames.map((name) => [name, row?.[name] ?? null])));
  const told: Signal<string[]> = useSignal(row?.recipients ?? []);
  return (
    <Dialog title={t(row ? "defaults.edit" : "defaults.add")} onClose={props.onClose} wide>
      <Form state={form} spoken={t("defaults.add")} fields={["of", ...timingNames]} onSubmit={() => props.onSave({ scope: scope.value, of: of.value.trim(), recipients: told.value, ...own.value })}>
        {!row && (
          <div class="form-grid">
            <Field text={t("defaults.for")}>
              {(attributes) => (
                <select {...attributes} name="scope" value={scope.value} onChange={(event) => {
                  scope.value = event.currentTarget.value === "group" ? "group" : "tag";
                  of.value = "";
                }}>
                  <option value="group">{t("defaults.group")}</option>
                  <option value="tag">{t("defaults.tag")}</option>
                </select>
              )}
            </Field>
            {scope.value === "group" ? (
              <Field text={t("defaults.group")} error={form.fieldError("of")}>
                {(attributes) => (
                  <select {...attributes} name="of" required value={of.value} onChange={(event) => (of.value = event.currentTarget.value)}>
                    <option value="" />
                    {props.groups.map((each) => <option key={each.id} value={each.id}>{each.name}</option>)}
                  </select>
                )}
              </Field>
            ) : (
              <Field text={t("defaults.tag")} error={form.fieldError("of")}>
                {(attributes) => <input {...attributes} type="text" name="of" required autoComplete="off" spellcheck={false} value={of.value} onInput={(event) => (of.value = event.currentTarget.value)} />}
              </Field>
            )}
          </div>
        )}
        <TimingFields own={own} form={form} prefix="" plain />
        {props.people.length > 0 && (
          <fieldset>
            <legend class="legend-title">{t("defaults.recipients")}</legend>
            <div class="check-grid">
              {props.people.map((each) => <Check key={each.id} checked={told.value.includes(each.id)} onChange={(on) => (told.value = on ? [...told.value, each.id] : told.value.filter((id) => id !== each.id))}>{each.name}</Check>)}
            </div>
          </fieldset>
        )}
        <div class="form-actions">
          <button type="submit" class="button primary" disabled={form.busy.value}>{t("form.save")}</button>
          <button type="button" class="button" onClick={props.onClose}>{t("confirm.cancel")}</button>
        </div>
      </Form>
    </Dialog>
  );
}
