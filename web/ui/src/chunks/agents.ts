// The list of all agents. The key is the name of app.tsx's route.
import texts from "../catalogue/en.agents.json";
import { learn } from "../lib/i18n";
import { Agents } from "../pages/agents/agents";

learn(texts);

export const pages = { agents: Agents };
