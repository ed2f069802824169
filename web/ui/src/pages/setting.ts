// The pages one sets things on, by the name app.tsx gives their route.
import { About } from "./about";
import { MailPage } from "./mail";
import { Recipients } from "./recipients";
import { RulePage } from "./rule";
import { Rules } from "./rules";
import { Setup } from "./setup";
import { Start } from "./start";

export const pages = {
  about: About, mail: MailPage, recipients: Recipients, rule: RulePage, rules: Rules, setup: Setup, start: Start,
};
