// The first run and what it sets up: rules, recipients, the mail server. The keys are the names of app.tsx's routes.
import texts from "../catalogue/en.setup.json";
import { learn } from "../lib/i18n";
import { About } from "../pages/appliance/about";
import { MailPage } from "../pages/notify/mail";
import { Recipients } from "../pages/notify/recipients";
import { RulePage } from "../pages/watch/rule";
import { Rules } from "../pages/watch/rules";
import { Setup } from "../pages/appliance/setup";
import { Start } from "../pages/appliance/start";

learn(texts);

export const pages = {
  about: About, mail: MailPage, recipients: Recipients, rule: RulePage, rules: Rules, setup: Setup, start: Start,
};
