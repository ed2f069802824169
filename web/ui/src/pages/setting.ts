// The pages one sets things on, by the name app.tsx gives their route.
import texts from "../catalogue/en.setting.json";
import { learn } from "../lib/i18n";
import { About } from "./appliance/about";
import { MailPage } from "./notify/mail";
import { Recipients } from "./notify/recipients";
import { RulePage } from "./watch/rule";
import { Rules } from "./watch/rules";
import { Setup } from "./appliance/setup";
import { Start } from "./appliance/start";

learn(texts);

export const pages = {
  about: About, mail: MailPage, recipients: Recipients, rule: RulePage, rules: Rules, setup: Setup, start: Start,
};
