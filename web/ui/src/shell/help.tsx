// The list of keys, and the switch that turns the single-letter keys off (WCAG 2.1.4). It is loaded when it is opened.
import texts from "../catalogue/en.help.json";
import { learn, t } from "../lib/i18n";
import { helpOpen } from "../lib/keys";
import { keysOn } from "../lib/prefs";
import { Check } from "../parts/basics";
import { Dialog } from "../parts/dialog";
import { destinations } from "./nav";

learn(texts);

export function KeyHelp() {
  return (
    <Dialog title={t("keys.title")} onClose={() => (helpOpen.value = false)}>
      <dl class="key-list">
        {destinations().map((each) => (
          <div key={each.name}>
            <dt><kbd>g</kbd> <kbd>{each.key}</kbd></dt>
            <dd>{t(each.text)}</dd>
          </div>
        ))}
        <div><dt><kbd>/</kbd> <kbd>Ctrl K</kbd></dt><dd>{t("keys.palette")}</dd></div>
        <div><dt><kbd>w</kbd></dt><dd>{t("keys.switcher")}</dd></div>
        <div><dt><kbd>j</kbd> <kbd>k</kbd></dt><dd>{t("keys.rows")}</dd></div>
        <div><dt><kbd>Enter</kbd></dt><dd>{t("keys.enter")}</dd></div>
        <div><dt><kbd>←</kbd> <kbd>→</kbd> <kbd>Home</kbd> <kbd>End</kbd></dt><dd>{t("keys.chart")}</dd></div>
        <div><dt><kbd>Esc</kbd></dt><dd>{t("keys.esc")}</dd></div>
        <div><dt><kbd>?</kbd></dt><dd>{t("keys.help")}</dd></div>
      </dl>
      <Check checked={keysOn.value} onChange={(on) => (keysOn.value = on)}>{t("keys.switch")}</Check>
    </Dialog>
  );
}
