// The sheet with the recovery key, for paper alone (style/parts.css shows it in print, and nothing else beside it): the
// words, the fingerprints to compare, whose it is, and what to do with it in an emergency.
import { me } from "../../lib/api";
import { t } from "../../lib/i18n";
import { absoluteTime, serverNow } from "../../lib/time";
import type { RecoveryKeyMade } from "../../lib/types";
import { Facts } from "../../parts/basics";

export const wordsOf = (made: RecoveryKeyMade): string[] => made.words.split("-");

export function RecoverySheet({ made }: { made: RecoveryKeyMade }) {
  return (
    <div class="sheet">
      <h1>{t("sheet.title")}</h1>
      <p>{t("sheet.keep")}</p>
      <ol>{wordsOf(made).map((word, index) => <li key={index}><code>{word}</code></li>)}</ol>
      <Facts items={[
        [t("recovery_key.fingerprint"), <code>{made.fingerprint}</code>],
        [t("backups.signer"), <code>{made.signer}</code>],
        [t("sheet.host"), me.value?.server.public_url || location.origin],
        [t("backups.instance"), <code>{made.instance}</code>],
        [t("sheet.made"), absoluteTime(serverNow())],
      ]} />
      <h2>{t("sheet.how")}</h2>
      <ul>
        <li>{t("sheet.how_restore")}</li>
        <li>{t("sheet.how_words")}</li>
        <li>{t("sheet.how_signer")}</li>
        <li>{t("sheet.how_key")}</li>
        <li>{t("sheet.how_end")}</li>
      </ul>
    </div>
  );
}
