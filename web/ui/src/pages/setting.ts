// The pages one sets things on, by the name app.tsx gives their route.
import texts from "../catalogue/en.setting.json";
import { learn } from "../lib/i18n";
import { About } from "./about";
import { MailPage } from "./mail";
import { Recipients } from "./recipients";
import { RulePage } from "./rule";
import { Rules } from "./rules";
import { Setup } from "./setup";
import { Start } from "./start";

learn(texts);

export const pages = {
  about: About, mail: MailPage, recipients: Recipients, rule: RulePage, rules: Rules, setup: Setup, start: Start,
};
