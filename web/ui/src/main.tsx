// The entry: the reader first (who is it?), then the page of the address. Pages behind the first screen are loaded when
// they are opened, the charts with the first page that has one.
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
