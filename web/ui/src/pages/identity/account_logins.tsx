// Account: the logins at login providers that are linked to this account.
import texts from "../../catalogue/en.logins.json";
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { call } from "../../lib/api";
import { learn, t, word } from "../../lib/i18n";
import { useQuery } from "../../lib/query";
import { Time } from "../../lib/time";
import type { List, LoginRefusal } from "../../lib/types";
import { Empty, Loaded, Panel } from "../../parts/basics";
import { Confirm, toast } from "../../parts/dialog";
import { attempt } from "../../parts/dialog";
import { Icon } from "../../parts/icon";
import { AccountShell } from "../../shell/account_shell";

learn(texts);

interface Login {
  id: string;
  provider_id: string;
  provider: string;
  enabled: boolean;
  mail: string;
  name: string;
  linked_at: string;
  last_used_at: string | null;
}
type Logins = List<Login> & { linkable: { id: string; name: string }[]; has_password: boolean };

export function AccountLogins(_: { id: string }) {
  const query = useQuery<Logins>("/account/logins");
  const unlinking = useSignal<Login | null>(null);
  const busy = useSignal(false);
  const came = useSignal("");
  useEffect(() => {
    // The fragment says whether linking at the provider worked.
    came.value = location.hash.slice(1);
    if (came.value) history.replaceState(null, "", location.pathname);
  }, []);
  const [what, why = ""] = came.value.split("=");
  return (
    <AccountShell title={t("logins.title")}>
      <div class="narrow">
        {what === "linked" && <p class="note" role="status">{t("logins.linked")}</p>}
        {what === "refused" && <p class="field-error" role="alert">{word("refused", why as LoginRefusal)}</p>}
        <Loaded query={query} lines={3}>
          {(list) => (
            <>
              {list.items.length === 0 ? (
                <Empty icon="key" title={t("logins.none")}>{list.linkable.length > 0 ? t("logins.none_text") : t("logins.none_possible")}</Empty>
              ) : (
                <Panel class="flush">
                  <table class="table" aria-label={t("logins.title")}>
                    <thead>
                      <tr>
                        <th scope="col">{t("logins.name")}</th>
                        <th scope="col" class="number wide-only col-time">{t("logins.linked_at")}</th>
                        <th scope="col" class="number wide-only col-time">{t("logins.last_used")}</th>
                        <th scope="col" class="number col-time"><span class="hidden">{t("logins.unlink")}</span></th>
                      </tr>
                    </thead>
                    <tbody>
                      {list.items.map((login) => (
                        <tr key={login.id}>
                          <td>
                            {login.provider}
                            <span class="under">{login.mail || login.name}{!login.enabled && ` · ${t("logins.off")}`}</span>
                          </td>
                          <td class="number wide-only"><Time at={login.linked_at} /></td>
                          <td class="number wide-only">{login.last_used_at ? <Time at={login.last_used_at} /> : ""}</td>
                          <td class="number"><button type="button" class="button small" onClick={() => (unlinking.value = login)}>{t("logins.unlink")}<span class="hidden"> ({login.provider})</span></button></td>
                        </tr>
                      ))}
                    </tbody>
                  </table>
                </Panel>
              )}
              {list.linkable.length > 0 && (
                <Panel title={t("logins.more")} class="spaced-top">
                  <p>{t("logins.more_text")}</p>
                  <div class="form-actions">
                    {list.linkable.map((each) => (
                      <button key={each.id} type="button" class="button" disabled={busy.value} onClick={async () => {
                        busy.value = true;
                        await attempt(async () => {
                          const { url } = await call<{ url: string }>("/account/logins", { method: "POST", body: { provider_id: each.id } });
                          location.assign(url);
                        });
                        busy.value = false;
                      }}><Icon name="key" />{t("logins.link", { name: each.name })}</button>
                    ))}
                  </div>
                </Panel>
              )}
            </>
          )}
        </Loaded>
      </div>
      {unlinking.value && (
        <Confirm title={`${t("logins.unlink")}: ${unlinking.value.provider}`} text={t("logins.unlink_text", { name: unlinking.value.provider })} action={t("logins.unlink")} danger
          onClose={() => (unlinking.value = null)}
          onConfirm={async () => {
            await call(`/account/logins/${unlinking.value?.id}`, { method: "DELETE" });
            toast(t("logins.unlinked"));
            await query.refetch();
          }} />
      )}
    </AccountShell>
  );
}
