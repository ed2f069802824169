// Importing a list: pasted text or a file, one address a line or CSV. It is read first without making anything: a table
// says what each line becomes, and what is wrong with it.
import { signal, useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { call } from "../../lib/api";
import { t } from "../../lib/i18n";
import { navigate } from "../../lib/router";
import type { KindValue } from "../../lib/types";
import { api, at, mayEditSome } from "../../lib/workspace";
import { Check, Empty, Field, PageHeader, Panel, Segments } from "../../parts/basics";
import { toast } from "../../parts/dialog";
import { Form, useForm } from "../../parts/form";
import { Icon } from "../../parts/icon";
import { Outcome } from "../../parts/state";
import { kindIcon, useCheckKinds } from "./model";

// What was pasted or dropped elsewhere, on its way here.
export const pasted = signal("");

const kMostShown = 200;
const kMostFileBytes = 1_000_000;
const kImportMs = 120_000;
type Format = "lines" | "csv";

interface ImportLine {
  line: number;
  name: string;
  kind: string;
  fields: Record<string, KindValue>;
  trouble: string | null;
}
interface Imported {
  items: ImportLine[];
  made: number;
}

// CSV has a head of names; a line with an address has no comma before it.
const formatOf = (text: string): Format => (/^[^\n:/]*(name|url|kind)[^\n:/]*,/i.test(text.trim()) ? "csv" : "lines");

export function ImportPage() {
  const form = useForm();
  const kinds = useCheckKinds();
  const text = useSignal(pasted.peek());
  const format = useSignal<Format>(formatOf(text.peek()));
  const confirmed = useSignal(false);
  const read = useSignal<Imported | null>(null);
  useEffect(() => {
    pasted.value = "";
  }, []);
  if (!mayEditSome.value) return <Empty alone icon="monitor" title={t("unknown.title")}>{t("unknown.text")}</Empty>;
  const ask = (dry_run: boolean) => call<Imported>(api("/monitors/import"), { method: "POST", body: { text: text.value, format: format.value, dry_run, confirmed_hosts: confirmed.value }, timeoutMs: kImportMs });
  const change = (next: string) => {
    text.value = next;
    format.value = formatOf(next);
    read.value = null;
  };
  const good = read.value?.items.filter((each) => !each.trouble).length ?? 0;
  const bad = (read.value?.items.length ?? 0) - good;
  return (
    <>
      <PageHeader title={t("import.title")} back={{ href: at("monitors"), text: t("nav.monitors") }} />
      <Panel>
        <Form state={form} spoken={t("import.title")} fields={["text"]} onSubmit={async () => {
          read.value = await ask(true);
        }}>
          <p class="quiet">{t("import.text")}</p>
          <Field text={t("import.list")} hint={t("import.hint")} error={form.fieldError("text")}>
            {(attributes) => <textarea {...attributes} name="text" rows={8} required spellcheck={false} class="mono" placeholder={"https://example.com\nping router-1\ndb-1.example.com:5432"} value={text.value} onInput={(event) => change(event.currentTarget.value)} />}
          </Field>
          <div class="form-actions">
            <label class="button file-button">
              {t("import.file")}
              <input type="file" accept=".csv,.txt,text/csv,text/plain" onChange={(event) => {
                const file = event.currentTarget.files?.[0];
                if (!file) return;
                if (file.size > kMostFileBytes) toast(t("monitors.too_large"), true);
                else void file.text().then(change);
              }} />
            </label>
            <Segments<Format> spoken={t("import.format")} value={format.value} options={[["lines", t("import.lines")], ["csv", t("import.csv")]]} onChange={(next) => {
              format.value = next;
              read.value = null;
            }} />
          </div>
          <Check name="confirmed_hosts" checked={confirmed.value} onChange={(on) => {
            confirmed.value = on;
            read.value = null;
          }}>{t("import.confirm")}</Check>
          <div class="form-actions">
            <button type="submit" class={read.value ? "button" : "button primary"} disabled={form.busy.value}>{t("import.read")}</button>
          </div>
        </Form>
      </Panel>
      {read.value && (
        <Panel title={t("import.found")} note={<span role="status">{t("import.good", { n: good })}{bad > 0 && <> · {t("import.bad", { n: bad })}</>}</span>} actions={good > 0 && (
          <button type="button" class="button primary" disabled={form.busy.value} onClick={async () => {
            form.busy.value = true;
            try {
              const done = await ask(false);
              toast(t("import.made", { n: done.made }));
              const left = done.items.filter((each) => each.trouble);
              if (left.length === 0) navigate(at("monitors"));
              else read.value = { items: left, made: 0 };
            } catch (failure) {
              toast(failure instanceof Error ? failure.message : String(failure), true);
            }
            form.busy.value = false;
          }}>{t("import.make", { n: good })}</button>
        )}>
          <table class="table" aria-label={t("import.found")}>
            <thead>
              <tr>
                <th scope="col" class="col-count">{t("import.line")}</th>
                <th scope="col" class="col-state">{t("incident.state")}</th>
                <th scope="col">{t("agents.name")}</th>
                <th scope="col" class="wide-only">{t("monitors.what")}</th>
              </tr>
            </thead>
            <tbody>
              {read.value.items.slice(0, kMostShown).map((each) => {
                const kind = kinds.value?.get(each.kind);
                const target = each.fields?.url ?? each.fields?.host ?? each.fields?.name ?? "";
                return (
                  <tr key={each.line}>
                    <td class="number">{each.line}</td>
                    <td><Outcome kind={each.trouble ? "down" : "up"}>{t(each.trouble ? "import.trouble" : "import.ok")}</Outcome></td>
                    <td class="breakable">{each.name || "–"}{each.trouble && <span class="under field-error">{each.trouble}</span>}</td>
                    <td class="wide-only breakable"><span class="with-icon"><Icon name={kindIcon(kind)} />{kind?.title ?? each.kind}</span><span class="under">{String(target)}</span></td>
                  </tr>
                );
              })}
            </tbody>
          </table>
          {read.value.items.length > kMostShown && <p class="quiet">{t("import.more", { n: read.value.items.length - kMostShown })}</p>}
        </Panel>
      )}
    </>
  );
}
