/** The settings page: this browser takes pushes, or no longer does. */

import { usedKey, device, keyBytes } from "./device.js";

const box = document.getElementById("push");
const state = /** @type {HTMLElement} */ (box?.querySelector("[data-state]"));
const on = /** @type {HTMLButtonElement} */ (box?.querySelector("[data-on]"));
const off = /** @type {HTMLButtonElement} */ (box?.querySelector("[data-off]"));
const words = box?.dataset ?? {};

/** @param {string} method @param {string} path @param {object} [body] */
async function ask(method, path, body) {
  const headers = JSON.parse(document.body.getAttribute("hx-headers") ?? "{}");
  const answer = await fetch(path, {
    method,
    headers: { ...headers, "content-type": "application/json" },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  if (!answer.ok) throw new Error(`${answer.status}`);
}

/** @param {PushSubscription|null} held */
function show(held) {
  on.hidden = held !== null;
  off.hidden = held === null;
  state.textContent = (held ? words.isOn : words.isOff) ?? "";
}

/** @param {string|undefined} text */
function fail(text) {
  on.hidden = off.hidden = true;
  state.textContent = text ?? "";
}

async function begin() {
  if (!words.key) return fail(words.noKey);
  if (!("serviceWorker" in navigator) || !("PushManager" in window)) return fail(words.noPush);
  if (Notification.permission === "denied") return fail(words.denied);
  const worker = await navigator.serviceWorker.register("/sw.js");
  const held = await worker.pushManager.getSubscription();
  if (held && usedKey(held) !== words.key) await held.unsubscribe();
  show(await worker.pushManager.getSubscription());
  on.addEventListener("click", () => subscribe(worker));
  off.addEventListener("click", () => unsubscribe(worker));
}

/** @param {ServiceWorkerRegistration} worker */
async function subscribe(worker) {
  if ((await Notification.requestPermission()) !== "granted") return fail(words.denied);
  try {
    const held = await worker.pushManager.subscribe({
      userVisibleOnly: true,
      applicationServerKey: keyBytes(words.key ?? ""),
    });
    const { endpoint, keys } = held.toJSON();
    await ask("POST", "/api/v1/push/subscriptions", { endpoint, keys, device: device() });
    location.reload();
  } catch {
    fail(words.failed);
  }
}

/** @param {ServiceWorkerRegistration} worker */
async function unsubscribe(worker) {
  const held = await worker.pushManager.getSubscription();
  if (!held) return show(null);
  const endpoint = encodeURIComponent(held.endpoint);
  await ask("DELETE", `/api/v1/push/subscriptions?endpoint=${endpoint}`);
  await held.unsubscribe();
  location.reload();
}

if (box) begin().catch(() => fail(words.failed));
