// Account: download one's own data as a file, or delete the account.
import { useSignal } from "@preact/signals";
import type { Account } from "./account";
import { call, me } from "../../lib/api";
import { t } from "../../lib/i18n";
import { useQuery } from "../../lib/query";
import { navigate } from "../../lib/router";
import { Loaded, Panel } from "../../parts/basics";
import { Confirm } from "../../parts/dialog";
import { AccountShell } from "../../shell/account_shell";

export function OwnData(_: { id: string }) {
  const query = useQuery<Account>("/account");
  const deleting = useSignal(false);
  return (
    <AccountShell title={t("account.data")}>
      <div class="narrow stack">
        <Panel title={t("data.export_title")}>
          <p class="quiet">{t("data.export_text")}</p>
          <p><a class="button" href="/api/v1/account/export" download="connlog-account.json">{t("data.export")}</a></p>
        </Panel>
        <Loaded query={query} lines={2} height={56}>
          {(account) => (
            <Panel title={t("data.delete_title")}>
              <p class="quiet">{t("data.delete_text")}</p>
              {account.backups_hold && <p class="quiet">{account.backups_hold}</p>}
              {account.owned_alone.length > 0 && (
                <div class="note">
                  <p>{t("data.owned_alone")}</p>
                  <ul>{account.owned_alone.map((name) => <li key={name}>{name}</li>)}</ul>
                </div>
              )}
              <p><button type="button" class="button danger" disabled={account.owned_alone.length > 0} onClick={() => (deleting.value = true)}>{t("data.delete")}</button></p>
              {deleting.value && (
                <Confirm title={t("data.delete_title")} text={t("data.delete_confirm")} typed={account.mail} action={t("data.delete")} danger
                  onClose={() => (deleting.value = false)}
                  onConfirm={async () => {
                    await call("/account", { method: "DELETE" });
                    me.value = null;
                    navigate("/login", { replace: true });
                  }} />
              )}
            </Panel>
          )}
        </Loaded>
      </div>
    </AccountShell>
  );
}
