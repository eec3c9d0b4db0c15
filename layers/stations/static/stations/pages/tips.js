/** What charts and tables say of a value. */
import { fill } from "@ioc/lib/texts.js";
import { limitAt } from "./values.js";

/** @typedef {import("./values.js").Series} Series */
/** @typedef {import("./option.js").Look} Look */

/** Every series at the pointed time, in words. */
export function tooltip(shown, share, look, text) {
  const all = new Map(shown.flatMap((panel) => panel.series.map((series) => [`main-${series.id}`, series])));
  return {
    trigger: "axis",
    renderMode: "richText",
    confine: true,
    backgroundColor: look.css("--surface-3"),
    borderColor: look.css("--line-strong"),
    textStyle: { ...text, color: look.css("--text") },
    formatter: (/** @type {any[]} */ items) => {
      const at = items[0]?.axisValue;
      if (at === undefined) return "";
      const rows = items.flatMap((item) => {
        const series = all.get(item.seriesId);
        return series ? [told(series, item.value[0], share, look)] : [];
      });
      return [look.time(at), ...rows.filter(Boolean)].join("\n");
    },
  };
}

/** What one series says at a time. */
function told(series, shifted, share, look) {
  const place = series.at.indexOf((shifted - look.shift_ms) / 1000);
  if (place < 0 || series.value[place] === null) return "";
  return `${look.name(series)}: ${valueWords(series, place, share, look)}`;
}

/**
 * A value with unit and what is thought of it, for tooltip and table.
 * @param {Series} series
 * @param {number} place
 * @param {boolean} share
 * @param {Look} look
 */
export function valueWords(series, place, share, look) {
  const value = series.value[place];
  if (value === null || value === undefined) return "—";
  const limit = share ? limitAt(series, series.at[place]) : null;
  const shown = limit ? `${look.number(value / limit.value, 2)} ×` : look.number(value, series.decimals);
  const parts = [`${shown} ${limit ? "" : series.unit}`.trim()];
  if (series.least && !share && series.statistic === "mean")
    parts.push(
      `${look.number(series.least[place], series.decimals)} – ${look.number(series.largest?.[place] ?? null, series.decimals)}`,
    );
  const flag = series.flag?.[place];
  if (flag === 3 || flag === 4) parts.push(look.flags[String(flag)]);
  const status = series.status?.[place];
  if (status === 1) parts.push(look.words.calibrating);
  if (status === 2) parts.push(look.words.fault);
  if (series.reviewed?.[place]) parts.push(look.words.reviewed);
  if (series.expected > 1 && series.valid[place] < series.expected)
    parts.push(fill(look.words.valid, { valid: series.valid[place], expected: series.expected }));
  return parts.join(" · ");
}
