// The list of all agents, by the name app.tsx gives its route.
import { Agents } from "./agents/agents";

export const pages = { agents: Agents };
