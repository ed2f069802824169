// How far a backup is, in words and as a bar. Where the end is not known, there are only words.
import { t, word } from "../../lib/i18n";
import { percent } from "../../lib/format";
import { shortTime } from "../../lib/time";
import type { Backup, BackupProgress } from "../../lib/types";

export function Progress(props: { of: BackupProgress; backup: Backup | null }) {
  const { step, destination, done, of } = props.of;
  const share = of > 0 ? Math.max(0, Math.min(100, Math.floor((done * 100) / of))) : null;
  const doing = destination ? t("backups.doing_to", { step: word("backup_step", step), destination }) : word("backup_step", step);
  return (
    <div class="progress">
      {share === null ? <span>{doing}</span> : (
        <>
          <span class="progress-track" role="progressbar" aria-label={doing} aria-valuemin={0} aria-valuemax={100} aria-valuenow={share}>
            <span style={{ inlineSize: `${share}%` }} />
          </span>
          <span aria-hidden="true">{percent(share, 0)}</span>
          <span class="quiet">{doing}{props.backup && ` · ${shortTime(props.backup.started_at)}`}</span>
        </>
      )}
    </div>
  );
}
