// The command palette: it finds pages, tabs and subjects of every kind by a few letters. It is loaded when it is opened.
import { useEffect } from "preact/hooks";
import texts from "../catalogue/en.palette.json";
import { learn, t, word } from "../lib/i18n";
import { paletteOpen } from "../lib/keys";
import { iconOf, loadKinds, pageOf } from "../lib/kinds";
import { navigate } from "../lib/router";
import { loadSubjects, subjects } from "../lib/subjects";
import { isAgent, type Subject } from "../lib/types";
import { at, mayEditSome } from "../lib/workspace";
import type { IconName } from "../parts/icon";
import { type Choice, fits, PickDialog } from "./pick_dialog";
import { destinations } from "./nav";
import { everyTab } from "./tabs";

learn(texts);

const kMost = 12;

const choice = (href: string, text: string, note: string, icon: IconName): Choice => ({ id: href, text, note, icon, go: () => navigate(href) });

const searched = (subject: Subject): string =>
  [subject.name, isAgent(subject) ? subject.hostname : "", ...subject.tags, ...Object.entries(subject.labels).map(([key, value]) => `${key}=${value}`)].join(" ");

function find(typed: string): Choice[] {
  const pages = destinations().map((each) => choice(each.href, t(each.text), t("palette.page"), each.icon));
  if (mayEditSome.value) pages.push(choice(`${at("agents")}?add=1`, t("agents.add"), t("palette.action"), "plus"));
  if (mayEditSome.value) pages.push(choice(`${at("monitors")}?add=1`, t("monitors.add"), t("palette.action"), "plus"));
  if (mayEditSome.value) pages.push(choice(`${at("groups")}?add=1`, t("groups.add"), t("palette.action"), "plus"));
  if (mayEditSome.value) pages.push(choice(at("rules/new"), t("rules.add"), t("palette.action"), "plus"));
  const list = pages.filter((each) => fits(typed, each.text));
  if (typed) {
    const known = new Set(pages.map((each) => each.id));
    for (const tab of typed.length > 1 ? everyTab() : []) {
      if (!known.has(tab.href) && fits(typed, `${t(tab.text)} ${t(tab.under)}`)) list.push(choice(tab.href, t(tab.text), t(tab.under), "next"));
    }
    for (const subject of subjects.value.values()) {
      if (list.length >= kMost) break;
      if (fits(typed, searched(subject))) list.push(choice(pageOf(subject.kind, subject.id), subject.name, word("state", subject.state), iconOf(subject.kind)));
    }
  }
  return list.slice(0, kMost);
}

export function Palette() {
  useEffect(() => {
    void loadSubjects();
    void loadKinds();
  }, []);
  return (
    <PickDialog title={t("palette.title")} spoken={t("palette.open")} results={t("palette.results")} find={find} onClose={() => (paletteOpen.value = false)} />
  );
}
