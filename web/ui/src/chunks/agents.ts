// The list of all agents. The key is the name of app.tsx's route.
import { Agents } from "../pages/agents/agents";

export const pages = { agents: Agents };
