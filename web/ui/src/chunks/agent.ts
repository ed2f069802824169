// The page of one agent. The key is the name of app.tsx's route.
import { AgentPage } from "../pages/agents/agent";

export const pages = { agent: AgentPage };
