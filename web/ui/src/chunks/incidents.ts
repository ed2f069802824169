// The list of incidents and the page of one. The keys are the names of app.tsx's routes.
import texts from "../catalogue/en.incidents.json";
import { learn } from "../lib/i18n";
import { IncidentPage } from "../pages/watch/incident";
import { Incidents } from "../pages/watch/incidents";

learn(texts);

export const pages = { incident: IncidentPage, incidents: Incidents };
