// The page of one agent. The key is the name of app.tsx's route.
import texts from "../catalogue/en.agent.json";
import { learn } from "../lib/i18n";
import { AgentPage } from "../pages/agents/agent";

learn(texts);

export const pages = { agent: AgentPage };
