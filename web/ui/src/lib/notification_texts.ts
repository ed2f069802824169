// The words of messages' kinds and states: for the pages that show messages.
import texts from "../catalogue/en.notification.json";
import { learn } from "./i18n";

learn(texts);
