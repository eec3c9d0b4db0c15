/** Where the points of a chart come from. */
import { epochMs, now } from "../../lib/time.js";

const HOUR_MS = 3_600_000;
const PLANNED = "plan";
const MOST = 500;

/** @typedef {{title: string, unit: string, decimals: number, period: string, source: string, points: [number, number][]}} Series */
/** @typedef {(url: string) => Promise<{answer: any}|null>} Asked */

/**
 * The newest publication of each period that was known then, plans left out.
 * @param {any} answer of /api/v1/indicators/CODE/series
 * @param {number|null} time epoch ms
 * @returns {any[]} figures in the order of their periods
 */
export function published(answer, time) {
  /** @type {Map<string, any>} */
  const newest = new Map();
  for (const figure of answer.versions) {
    const known = time === null || (epochMs(figure.published_at) ?? 0) <= time;
    if (figure.vintage !== PLANNED && known) newest.set(figure.period, figure);
  }
  return [...newest.values()].sort((a, b) => (a.end < b.end ? -1 : 1));
}

/**
 * Figures that may be compared with the newest: of periods of the same sort. A sum since
 * the new year goes with those up to the same month only.
 * @param {any[]} figures in the order of their periods
 */
export function alike(figures) {
  const sort = (/** @type {string} */ period) =>
    period.includes("..") ? period.slice(4) : period.replace(/\d/g, "0").replace(/(H|Q)0/, "$1");
  const last = figures.at(-1);
  return last ? figures.filter((one) => sort(one.period) === sort(last.period)) : [];
}

/**
 * @param {any} given options of the pane
 * @param {import("../glass.js").Glass} wall
 * @param {number|null} time
 * @param {Asked} asked
 * @returns {Promise<Series|null>}
 */
export async function ofIndicator({ indicator: code, unit_code }, wall, time, asked) {
  const base = `/api/v1/${wall.sources.figures}/${encodeURIComponent(code)}`;
  const unit = await unitOf(base, unit_code, asked);
  const found = unit === null ? null : await asked(`${base}/series?unit=${unit}`);
  if (!found) return null;
  const { indicator, unit: of } = found.answer;
  const figures = alike(published(found.answer, time));
  return {
    title: `${indicator.title} · ${of.title}`,
    unit: indicator.unit,
    decimals: indicator.decimals,
    period: figures.at(-1)?.period_title ?? "",
    source: indicator.agency || indicator.source,
    points: figures.map((figure) => [Date.parse(figure.end), figure.value]),
  };
}

/** The unit with a code, else the province. @param {string} base @param {string} code @param {Asked} asked */
async function unitOf(base, code, asked) {
  for (const level of code ? ["district", "commune"] : ["district"]) {
    const found = await asked(`${base}/map?kind=${level}`);
    if (!found) return null;
    if (!code) return found.answer.province?.unit_id ?? null;
    const area = found.answer.areas.find((/** @type {any} */ one) => one.code === code);
    if (area) return area.unit_id;
  }
  return null;
}

/**
 * A feature for a chart that names none: the first whose own value is of the field, of
 * those one that has a value now; else the first of the layer.
 * @param {string} layer @param {string} field @param {Asked} asked
 * @returns {Promise<number|undefined>}
 */
export async function measuring(layer, field, asked) {
  const found = await asked(`/api/v1/layers/${layer}/features?limit=${field ? MOST : 1}`);
  /** @type {any[]} */
  const features = found?.answer.features ?? [];
  const fitting = features.filter((one) => field && one.properties.parameter === field);
  return (fitting.find((one) => one.properties.value != null) ?? fitting[0] ?? features[0])?.id;
}

/**
 * @param {any} given options of the pane
 * @param {import("../glass.js").Glass} wall
 * @param {number|null} time
 * @param {Asked} asked
 * @returns {Promise<Series|null>}
 */
export async function ofFeature({ layer, feature, field, hours = 24 }, wall, time, asked) {
  const base = `/api/v1/${layer}`;
  const id = feature ?? (await measuring(layer, field, asked));
  if (id === undefined) return null;
  const latest = (await asked(`${base}/${id}/latest`))?.answer ?? [];
  const about = latest.find((/** @type {any} */ one) => one.parameter === field) ?? latest[0];
  const parameter = field || about?.parameter;
  if (!parameter) return null;
  const until = new Date(Math.ceil((time ?? now()) / 60_000) * 60_000);
  const start = new Date(until.getTime() - hours * HOUR_MS);
  const span = `start=${start.toISOString()}&end=${until.toISOString()}`;
  const found = await asked(`${base}/${id}/observations?parameter=${encodeURIComponent(parameter)}&${span}`);
  const named = await asked(`/api/v1/layers/${layer}/features/${id}`);
  if (!found) return null;
  const entry = wall.entries.find((one) => one.slug === layer);
  return {
    title: [about?.title ?? parameter, named?.answer.properties.title].filter(Boolean).join(" · "),
    unit: about?.unit ?? "",
    decimals: about?.decimals ?? 1,
    period: "",
    source: entry?.title ?? "",
    points: found.answer
      .map((/** @type {any} */ row) => [epochMs(row.at ?? row.time), row.value])
      .filter((/** @type {any} */ [at, value]) => at !== null && value !== null)
      .sort((/** @type {any} */ a, /** @type {any} */ b) => a[0] - b[0]),
  };
}
