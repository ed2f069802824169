// The page that a mail's link opens, to acknowledge what the mail told. Small, as it is opened on phones at night. The key
// is the name of app.tsx's route.
import type { ComponentType } from "preact";
import texts from "../catalogue/en.ack.json";
import { learn } from "../lib/i18n";
import { AckPage } from "../pages/watch/ack";

learn(texts);

export const pages: Record<string, ComponentType<{ id: string }>> = { "entrance-ack": AckPage };
