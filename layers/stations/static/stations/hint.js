/** What lies around a station as GeoJSON lines and points with their words. Pure. */

/**
 * @param {{here: number[]|null, river: {side: string, title: string, at: number[], distance_km: number}[], wind: {from_deg: number, from: string, speed_ms: number|null}|null}} found
 * @param {(key: string, values: Record<string, string|number>) => string} say
 */
export function hint({ here, river, wind }, say) {
  /** @type {any[]} */
  const features = [];
  if (here) {
    for (const next of river) {
      // drawn in the direction of the water
      const line = next.side === "upstream" ? [next.at, here] : [here, next.at];
      const values = { title: next.title, km: next.distance_km };
      features.push(
        feature({ type: "LineString", coordinates: line }, { part: "river", text: say(`hint.${next.side}`, values) }),
      );
    }
    if (wind) {
      const key = wind.speed_ms === null ? "hint.wind" : "hint.windSpeed";
      const values = { from: wind.from, speed: wind.speed_ms ?? 0 };
      const towards = (wind.from_deg + 180) % 360;
      features.push(feature({ type: "Point", coordinates: here }, { part: "wind", towards, text: say(key, values) }));
    }
  }
  return { type: "FeatureCollection", features };
}

/** @param {any} geometry @param {any} properties */
const feature = (geometry, properties) => ({ type: "Feature", geometry, properties });
