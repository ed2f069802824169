// The page of one agent, by the name app.tsx gives its route.
import { AgentPage } from "../pages/agents/agent";

export const pages = { agent: AgentPage };
