// The entry of the page: it starts the live stream and draws the application (app.tsx).
import "./style/base.css";
import "./style/shell.css";
import "./style/parts.css";
import "./style/pages.css";
import "uplot/dist/uPlot.min.css";
import { render } from "preact";
import { App } from "./app";
import { startLive } from "./live/live";

startLive();
const root = document.getElementById("app");
if (root) render(<App />, root);
