// The pages about oneself (/account), by the name app.tsx gives the route.
import type { ComponentType } from "preact";

export const pages: Record<string, ComponentType<{ id: string }>> = {};
