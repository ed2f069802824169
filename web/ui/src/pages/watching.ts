// The list of all agents, by the name app.tsx gives its route.
import { Agents } from "./agents";

export const pages = { agents: Agents };
