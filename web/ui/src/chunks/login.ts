// The page for those who are not signed in. The key is the name of app.tsx's route.
import texts from "../catalogue/en.login.json";
import { learn } from "../lib/i18n";
import { Login } from "../pages/identity/login";

learn(texts);

export const pages = { login: Login };
