// The pages for whoever comes, signed in or not, by the name app.tsx gives the route ("door-register", …).
import type { ComponentType } from "preact";

export const pages: Record<string, ComponentType<{ id: string }>> = {};
