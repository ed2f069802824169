// The pages of what went wrong, by the name app.tsx gives their route.
import texts from "../catalogue/en.responding.json";
import { learn } from "../lib/i18n";
import { IncidentPage } from "./watch/incident";
import { Incidents } from "./watch/incidents";

learn(texts);

export const pages = { incident: IncidentPage, incidents: Incidents };
