// The list of all agents, by the name app.tsx gives its route.
import { Agents } from "../pages/agents/agents";

export const pages = { agents: Agents };
