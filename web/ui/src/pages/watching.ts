// The pages one watches with, by the name app.tsx gives their route.
import { AgentPage } from "./agent";
import { Agents } from "./agents";
import { IncidentPage } from "./incident";
import { Incidents } from "./incidents";

export const pages = { agent: AgentPage, agents: Agents, incident: IncidentPage, incidents: Incidents };
