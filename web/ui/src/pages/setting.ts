// The pages one sets things on, by the name app.tsx gives their route.
import { About } from "./about";
import { MailPage } from "./mail";
import { Recipients } from "./recipients";
import { RulePage } from "./rule";
import { Rules } from "./rules";
import { Settings } from "./settings";
import { Setup } from "./setup";
import { Start } from "./start";

export const pages = {
  about: About, mail: MailPage, recipients: Recipients, rule: RulePage, rules: Rules, settings: Settings, setup: Setup, start: Start,
};
