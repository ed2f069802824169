// Below the rules of a subject's page: what it depends on, and what depends on it. While a parent is down and that was told,
// nobody is told of what depends on it.
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import texts from "../catalogue/en.subject_more.json";
import { ApiError, call } from "../lib/api";
import { useMayEditOf } from "../lib/belonging";
import { learn, t } from "../lib/i18n";
import { iconOf, pageOf } from "../lib/kinds";
import { useQuery } from "../lib/query";
import { loadSubjects, subjects } from "../lib/subjects";
import type { Subject } from "../lib/types";
import { api, at } from "../lib/workspace";
import { Check, Panel } from "./basics";
import { Dialog, toast } from "./dialog";
import { Form, useForm } from "./form";
import { Graph, type GraphEdge, type GraphNode } from "./graph";
import { Icon } from "./icon";
import { State } from "./state";

learn(texts);

export interface DependencyList {
  items: GraphEdge[];
  nodes: GraphNode[];
}

const kMostDrawn = 8; // children in the small picture
const kMostListed = 30;
const kMostParents = 10; // as in core/watch/quiet/dependency.h

export function SubjectMore(props: { subject: Subject }) {
  const { subject } = props;
  const query = useQuery<DependencyList>(api("/dependencies"), { on: (event) => event.name === "subject.changed" && event.data.subject_id === subject.id });
  const choosing = useSignal(false);
  const editable = useMayEditOf()(subject.team_ids);
  const list = query.data.value ?? { items: [], nodes: [] };
  const nodes = new Map(list.nodes.map((node) => [node.id, node]));
  const parents = list.items.filter((each) => each.subject === subject.id).flatMap((each) => nodes.get(each.parent) ?? []);
  const children = list.items.filter((each) => each.parent === subject.id).flatMap((each) => nodes.get(each.subject) ?? []);
  const self: GraphNode = { id: subject.id, name: subject.name, kind: subject.kind, shown: subject.state };
  const drawn = children.slice(0, kMostDrawn);
  const shown = [...parents, self, ...drawn];
  const edges = list.items.filter((each) => shown.some((node) => node.id === each.subject) && shown.some((node) => node.id === each.parent));
  return (
    <>
      {query.data.value && (
        <Panel title={t("more.dependencies")} class="spaced-top" actions={editable && <button type="button" class="button small" onClick={() => (choosing.value = true)}>{t("more.choose")}</button>}>
          {parents.length + children.length === 0 ? <p class="quiet">{t("more.none")}</p> : (
            <>
              <Graph nodes={shown} edges={edges} self={subject.id} />
              <Names title={t("more.depends_on")} nodes={parents} />
              <Names title={t("more.needed_by")} nodes={children} />
              <p class="quiet field-hint">{t("more.about")} <a href={at("dependencies")}>{t("more.all")}</a></p>
            </>
          )}
        </Panel>
      )}
      {choosing.value && (
        <Parents subject={subject} former={parents.map((each) => each.id)} onClose={() => (choosing.value = false)} onSaved={async () => {
          choosing.value = false;
          await query.refetch();
        }} />
      )}
    </>
  );
}

function Names(props: { title: string; nodes: GraphNode[] }) {
  if (props.nodes.length === 0) return null;
  const left = props.nodes.length - kMostListed;
  return (
    <>
      <h3 class="spaced-top">{props.title}</h3>
      <ul class="plain-list" aria-label={props.title}>
        {props.nodes.slice(0, kMostListed).map((node) => <li key={node.id}><State state={node.shown} /><a class="with-icon" href={pageOf(node.kind, node.id)}><Icon name={iconOf(node.kind)} />{node.name}</a></li>)}
        {left > 0 && <li class="quiet">{t("more.left", { n: left })}</li>}
      </ul>
    </>
  );
}

function Parents(props: { subject: Subject; former: string[]; onClose: () => void; onSaved: () => Promise<void> }) {
  const { subject } = props;
  const form = useForm();
  const chosen = useSignal(props.former);
  const typed = useSignal("");
  const asked = useSignal(false); // whether so much is meant to depend on one
  const confirmed = useSignal(false);
  useEffect(() => void loadSubjects(), []);
  const fits = (each: Subject) => each.id !== subject.id && (chosen.value.includes(each.id) || each.name.toLowerCase().includes(typed.value.trim().toLowerCase()));
  const first = (each: Subject) => (chosen.value.includes(each.id) ? 0 : 1);
  const offered = [...subjects.value.values()].filter(fits).sort((a, b) => first(a) - first(b) || a.name.localeCompare(b.name));
  return (
    <Dialog title={t("more.choose_title", { name: subject.name })} onClose={props.onClose}>
      <Form state={form} spoken={t("more.depends_on")} fields={["parents", "confirm_wide"]} onSubmit={async () => {
        const more = confirmed.value ? { confirm_wide: true } : {};
        try {
          await call(api(`/subjects/${subject.id}/parents`), { method: "PUT", body: { parents: chosen.value, ...more } });
        } catch (failure) {
          if (failure instanceof ApiError && failure.code === "confirm_wide") asked.value = true;
          throw failure;
        }
        toast(t("form.saved"));
        await props.onSaved();
      }}>
        <p class="quiet">{t("more.choose_text")}</p>
        <label class="search-field">
          <Icon name="search" />
          <span class="hidden">{t("more.filter")}</span>
          <input type="search" autoFocus placeholder={t("more.filter")} value={typed.value} onInput={(event) => (typed.value = event.currentTarget.value)} />
        </label>
        <fieldset>
          <legend class="hidden">{t("more.depends_on")}</legend>
          <ul class="pick-list" aria-label={t("more.depends_on")}>
            {offered.slice(0, kMostListed).map((each) => (
              <li key={each.id}>
                <Check checked={chosen.value.includes(each.id)} disabled={!chosen.value.includes(each.id) && chosen.value.length >= kMostParents}
                  onChange={(on) => (chosen.value = on ? [...chosen.value, each.id] : chosen.value.filter((id) => id !== each.id))}>{each.name}</Check>
                <State state={each.state} />
              </li>
            ))}
          </ul>
          {offered.length > kMostListed && <p class="field-hint">{t("more.left", { n: offered.length - kMostListed })}</p>}
          {form.fieldError("parents") && <p class="field-error" role="alert">{form.fieldError("parents")}</p>}
          {form.fieldError("confirm_wide") && <p class="field-error" role="alert">{form.fieldError("confirm_wide")}</p>}
          {asked.value && <Check checked={confirmed.value} onChange={(on) => (confirmed.value = on)}>{t("more.confirm_wide")}</Check>}
        </fieldset>
        <div class="form-actions">
          <button type="submit" class="button primary" disabled={form.busy.value}>{t("form.save")}</button>
          <button type="button" class="button" onClick={props.onClose}>{t("confirm.cancel")}</button>
        </div>
      </Form>
    </Dialog>
  );
}
