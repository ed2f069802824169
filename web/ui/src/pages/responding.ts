// The pages of what went wrong, by the name app.tsx gives their route.
import texts from "../catalogue/en.responding.json";
import { learn } from "../lib/i18n";
import { IncidentPage } from "./incident";
import { Incidents } from "./incidents";

learn(texts);

export const pages = { incident: IncidentPage, incidents: Incidents };
