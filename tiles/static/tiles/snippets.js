/** What to write into other programs to get a source. Pure: knows no page. */

export const KEY = "YOUR_KEY";

/**
 * @typedef {object} Told what a client needs to know of a source
 * @property {string} id
 * @property {string} title
 * @property {string} tilejson address
 * @property {string} xyz address template
 * @property {string|null} style address
 * @property {number} minzoom
 * @property {number} maxzoom
 * @property {string[]} layers names of its vector layers
 * @property {boolean} raster
 */

/** @param {string} url */
export const withKey = (url) => `${url}${url.includes("?") ? "&" : "?"}key=${KEY}`;

/** @param {string} value */
const quoted = (value) => JSON.stringify(value);

/** A word for a POSIX shell. @param {string} value */
const shell = (value) => `'${value.replaceAll("'", "'\\''")}'`;

/** @param {Told} told */
export function maplibre(told) {
  const source = told.raster
    ? `{ type: "raster", url: ${quoted(told.tilejson)}, tileSize: 256 }`
    : `{ type: "vector", url: ${quoted(told.tilejson)} }`;
  const layers = told.raster
    ? [`map.addLayer({ id: ${quoted(told.id)}, type: "raster", source: ${quoted(told.id)} });`]
    : told.layers.map(
        (name) =>
          `map.addLayer({ id: ${quoted(name)}, type: "line", source: ${quoted(told.id)}, "source-layer": ${quoted(name)} });`,
      );
  return [
    `const origin = ${quoted(new URL(told.tilejson).origin)};`,
    "const map = new maplibregl.Map({",
    '  container: "map",',
    told.style ? `  style: ${quoted(told.style)},` : "  style: { version: 8, sources: {}, layers: [] },",
    "  transformRequest: (url) =>",
    `    url.startsWith(origin) ? { url, headers: { Authorization: "Bearer ${KEY}" } } : { url },`,
    "});",
    ...(told.style
      ? []
      : [
          'map.on("load", () => {',
          `  map.addSource(${quoted(told.id)}, ${source});`,
          ...layers.map((line) => `  ${line}`),
          "});",
        ]),
  ].join("\n");
}

/** @param {Told} told */
export function leaflet(told) {
  if (told.raster) return `L.tileLayer(${quoted(withKey(told.xyz))}, { maxNativeZoom: ${told.maxzoom} }).addTo(map);`;
  const styles = told.layers.map((name) => `    ${quoted(name)}: { color: "#1f62a5", weight: 1, radius: 3 },`);
  return [
    "// with Leaflet.VectorGrid",
    `L.vectorGrid.protobuf(${quoted(told.xyz)}, {`,
    `  fetchOptions: { headers: { Authorization: "Bearer ${KEY}" } },`,
    `  minNativeZoom: ${told.minzoom},`,
    `  maxNativeZoom: ${told.maxzoom},`,
    "  vectorTileLayerStyles: {",
    ...styles,
    "  },",
    "}).addTo(map);",
  ].join("\n");
}

/**
 * One zoom of the tiles as a data set; GDAL learns layers and bounds from the TileJSON.
 * @param {Told} told
 * @param {number} zoom
 */
export function gdal(told, zoom) {
  const base = told.tilejson.split("?")[0];
  const from = `${shell(`MVT:${base}/${zoom}`)} -oo METADATA_FILE=${base} -oo TILE_EXTENSION=`;
  return [
    `export GDAL_HTTP_HEADERS=${shell(`Authorization: Bearer ${KEY}`)}`,
    `ogrinfo -so -al ${from}`,
    `ogr2ogr -f GPKG ${told.id}.gpkg ${from}`,
  ].join("\n");
}

/**
 * @param {Told} told
 * @param {{z: number, x: number, y: number}} at
 */
export function curl(told, at) {
  const tile = told.xyz.replace("{z}", String(at.z)).replace("{x}", String(at.x)).replace("{y}", String(at.y));
  return `curl --compressed -H ${shell(`Authorization: Bearer ${KEY}`)} -o tile.mvt ${shell(tile)}`;
}

/** @param {string} value */
const attribute = (value) => value.replace(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`);

/**
 * Connections that QGIS loads in its browser panel (Vector Tiles, Load Connections).
 * Without a key: QGIS keeps those apart, under Authentication.
 * @param {Told[]} every
 */
export function qgisXml(every) {
  const rows = every
    .filter((told) => !told.raster)
    .map((told) => {
      const named = {
        name: told.title,
        url: told.xyz,
        zmin: told.minzoom,
        zmax: told.maxzoom,
        serviceType: "",
        authcfg: "",
        username: "",
        password: "",
        referer: "",
        styleUrl: told.style ?? "",
      };
      const pairs = Object.entries(named).map(([name, value]) => `${name}="${attribute(String(value))}"`);
      return `  <vectortile ${pairs.join(" ")}/>`;
    });
  return [
    "<!DOCTYPE connections>",
    '<qgsVectorTileConnections version="1.0">',
    ...rows,
    "</qgsVectorTileConnections>",
    "",
  ].join("\n");
}
