// The page of one agent, by the name app.tsx gives its route.
import { AgentPage } from "./agent";

export const pages = { agent: AgentPage };
