/** What a subscription is made with, and a name that people know their device by. */

/**
 * @param {string} text base64url
 * @returns {Uint8Array<ArrayBuffer>}
 */
export function keyBytes(text) {
  const plain = atob(text.replace(/-/g, "+").replace(/_/g, "/"));
  return Uint8Array.from(plain, (sign) => sign.charCodeAt(0));
}

/**
 * The key that a subscription was made with, as base64url.
 * @param {PushSubscription} held
 */
export function usedKey(held) {
  const bytes = new Uint8Array(held.options.applicationServerKey ?? new ArrayBuffer(0));
  return btoa(String.fromCharCode(...bytes))
    .replace(/\+/g, "-")
    .replace(/\//g, "_")
    .replace(/=+$/, "");
}

/** @param {string} [agent] */
export function device(agent = navigator.userAgent) {
  const systems = ["iPhone", "iPad", "Android", "Windows", "Mac OS", "CrOS", "Linux"];
  const browsers = [
    ["Edg/", "Edge"],
    ["OPR/", "Opera"],
    ["SamsungBrowser", "Samsung Internet"],
    ["Firefox", "Firefox"],
    ["Chrome", "Chrome"],
    ["Safari", "Safari"],
  ];
  const browser = browsers.find(([sign]) => agent.includes(sign))?.[1] ?? "";
  const system = systems.find((name) => agent.includes(name)) ?? "";
  return [browser, system].filter(Boolean).join(", ");
}
