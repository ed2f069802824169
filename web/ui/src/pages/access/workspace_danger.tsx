// What only owners do with a workspace: hand over ownership, export, disable, delete.
import { useSignal } from "@preact/signals";
import { call, loadMe, me } from "../../lib/api";
import { t } from "../../lib/i18n";
import { useQuery } from "../../lib/query";
import { shortTime } from "../../lib/time";
import type { List, Member, Workspace } from "../../lib/types";
import { Check, Field, Panel } from "../../parts/basics";
import { attempt, Confirm, Dialog, toast } from "../../parts/dialog";
import { Form, useForm } from "../../parts/form";

export function DangerZone(props: { workspace: Workspace }) {
  const { workspace } = props;
  const asking = useSignal<"disable" | "delete" | "keep" | "ownership" | null>(null);
  const people = useQuery<List<Member>>(`/workspaces/${workspace.id}/members`);
  const owners = people.data.value?.items.filter((each) => each.role === "owner") ?? [];
  const ask = (path: string, body: object | undefined, method = "POST") => async () => {
    await call(`/workspaces/${workspace.id}/${path}`, { method, body });
    await loadMe();
  };
  return (
    <Panel title={t("danger.title")} class="spaced-top">
      <ul class="danger-list">
        <li>
          <div><strong>{t("danger.ownership")}</strong><br /><span class="quiet">{t("danger.ownership_text", { names: owners.map((each) => each.name).join(", ") })}</span></div>
          <button type="button" class="button" onClick={() => (asking.value = "ownership")}>{t("danger.ownership_action")}</button>
        </li>
        <li>
          <div><strong>{t("danger.export")}</strong><br /><span class="quiet">{t("danger.export_text")}</span></div>
          <button type="button" class="button" onClick={() => download(workspace, "zip")}>{t("danger.export_action")}</button>
        </li>
        <li>
          <div><strong>{t("danger.export_json")}</strong><br /><span class="quiet">{t("danger.export_json_text")}</span></div>
          <button type="button" class="button" onClick={() => download(workspace, "json")}>{t("danger.export_json_action")}</button>
        </li>
        <li>
          <div><strong>{t("danger.disable")}</strong><br /><span class="quiet">{t("danger.disable_text")}</span></div>
          <button type="button" class="button danger-quiet" onClick={() => (asking.value = "disable")}>{t("danger.disable_action")}</button>
        </li>
        <li>
          <div><strong>{t("danger.delete")}</strong><br /><span class="quiet">{workspace.deletion ? t("danger.deletion_due", { time: shortTime(workspace.deletion.due_at), name: workspace.deletion.requested_by }) : t("danger.delete_text")}</span></div>
          {workspace.deletion
            ? <button type="button" class="button" onClick={() => (asking.value = "keep")}>{t("danger.keep_action")}</button>
            : <button type="button" class="button danger-quiet" onClick={() => (asking.value = "delete")}>{t("danger.delete_action")}</button>}
        </li>
      </ul>
      {asking.value === "ownership" && <Ownership workspace={workspace} people={people.data.value?.items ?? []} onClose={() => (asking.value = null)} onDone={async () => {
        await loadMe();
        await people.refetch();
      }} />}
      {asking.value === "disable" && (
        <Confirm title={t("danger.disable_action")} text={t("danger.disable_ask", { name: workspace.name })} action={t("danger.disable_action")} danger
          onClose={() => (asking.value = null)} onConfirm={ask("state", { enabled: false })} />
      )}
      {asking.value === "delete" && (
        <Confirm title={t("danger.delete_action")} text={t("danger.delete_ask", { name: workspace.name })} action={t("danger.delete_action")} typed={workspace.name} danger
          onClose={() => (asking.value = null)} onConfirm={ask("deletion", { name: workspace.name })} />
      )}
      {asking.value === "keep" && (
        <Confirm title={t("danger.keep_action")} text={t("danger.keep_ask", { name: workspace.name })} action={t("danger.keep_action")}
          onClose={() => (asking.value = null)} onConfirm={ask("deletion", undefined, "DELETE")} />
      )}
    </Panel>
  );
}

function download(workspace: Workspace, format: "zip" | "json") {
  void attempt(async () => {
    // A download cannot ask for a fresh proof when it is refused, so the proof comes first.
    await call("/step-up");
    const link = document.createElement("a");
    link.href = `/api/v1/workspaces/${workspace.id}/export?format=${format}`;
    link.download = `${workspace.slug}.${format}`;
    link.click();
  });
}

function Ownership(props: { workspace: Workspace; people: Member[]; onClose: () => void; onDone: () => Promise<void> }) {
  const form = useForm();
  const user = useSignal("");
  const stepDown = useSignal(false);
  const others = props.people.filter((each) => each.user_id !== me.value?.user.id);
  const chosen = others.find((each) => each.user_id === user.value);
  const ends = chosen?.role === "owner";
  return (
    <Dialog title={t("danger.ownership_action")} onClose={props.onClose}>
      {others.length === 0 ? <p>{t("danger.ownership_nobody")}</p> : (
        <Form state={form} spoken={t("danger.ownership_action")} fields={["user_id"]} onSubmit={async () => {
          const body = { user_id: user.value, owner: !ends, step_down: !ends && stepDown.value };
          await call(`/workspaces/${props.workspace.id}/ownership`, { method: "POST", body });
          toast(t("form.saved"));
          await props.onDone();
          props.onClose();
        }}>
          <Field text={t("danger.ownership_whom")} hint={chosen ? (ends ? t("danger.ownership_ends", { name: chosen.name }) : t("danger.ownership_gives", { name: chosen.name })) : undefined} error={form.fieldError("user_id")}>
            {(attributes) => (
              <select {...attributes} required value={user.value} onChange={(event) => (user.value = event.currentTarget.value)}>
                <option value="" disabled>{t("danger.ownership_choose")}</option>
                {others.map((each) => <option key={each.user_id} value={each.user_id}>{each.name} ({t(`role.${each.role}`)})</option>)}
              </select>
            )}
          </Field>
          {!ends && <Check checked={stepDown.value} onChange={(on) => (stepDown.value = on)}>{t("danger.step_down")}</Check>}
          <div class="form-actions">
            <button type="submit" class="button primary" disabled={form.busy.value || !user.value}>{ends ? t("danger.ownership_end") : t("danger.ownership_give")}</button>
            <button type="button" class="button" onClick={props.onClose}>{t("confirm.cancel")}</button>
          </div>
        </Form>
      )}
    </Dialog>
  );
}
