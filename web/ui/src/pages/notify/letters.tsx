// Appliance: the latest letters (invitations, resets, notices), with what failed and what waits.
import texts from "../../catalogue/en.letters.json";
import { learn, t, word } from "../../lib/i18n";
import { useQuery } from "../../lib/query";
import { Time } from "../../lib/time";
import type { List } from "../../lib/types";
import { Loaded, Panel } from "../../parts/basics";
import { Outcome } from "../../parts/state";

learn(texts);

interface Letter {
  id: string;
  kind: string;
  to: string;
  subject: string;
  state: "queued" | "leased" | "sent" | "failed";
  attempts: number;
  created_at: string;
  next_attempt_at: string | null;
  sent_at: string | null;
  last_error: string;
}

const kinds = { queued: "pending", leased: "pending", sent: "up", failed: "down" } as const;

export function Letters() {
  const query = useQuery<List<Letter>>("/appliance/letters?limit=20", { everyMs: 15_000 });
  return (
    <Loaded query={query} lines={2}>
      {(list) => (
        <Panel title={t("letters.title")}>
          <p class="quiet">{list.items.length === 0 ? t("letters.empty") : t("letters.intro")}</p>
          {list.items.length > 0 && (
            <table class="table" aria-label={t("letters.title")}>
              <thead>
                <tr><th scope="col">{t("letters.to")}</th><th scope="col">{t("letters.state")}</th><th scope="col" class="wide-only">{t("letters.posted")}</th></tr>
              </thead>
              <tbody>
                {list.items.map((letter) => (
                  <tr key={letter.id}>
                    <td>{letter.to}<span class="under">{letter.subject}</span></td>
                    <td>
                      <Outcome kind={kinds[letter.state]}>{word("letter_state", letter.state)}</Outcome>
                      {letter.last_error && <span class="under">{letter.last_error}</span>}
                    </td>
                    <td class="wide-only"><Time at={letter.created_at} /></td>
                  </tr>
                ))}
              </tbody>
            </table>
          )}
        </Panel>
      )}
    </Loaded>
  );
}
