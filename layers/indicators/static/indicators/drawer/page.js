/** Pages of figures: charts, and the row that a link marks comes into view. */
import { bus } from "@ioc/lib/bus.js";
import { drawTrends, recolourTrends } from "./trend.js";

drawTrends(document);
bus.on("theme", recolourTrends);
document.getElementById("marked")?.scrollIntoView({ block: "center" });
