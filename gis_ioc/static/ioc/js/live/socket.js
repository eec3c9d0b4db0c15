/** The websocket /live: reconnects by itself, keeps the clock, says how it is. */
import { setOffset } from "../lib/time.js";

const PING_MS = 5_000;
const SILENT_MS = 16_000;
const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 15_000;

/**
 * Wait before try number `failures`, with spread so that a wall of panels does not
 * knock at once.
 * @param {number} failures
 * @param {number} chance 0–1
 */
export function backoff(failures, chance) {
  const wait = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** failures);
  return wait * (0.6 + 0.4 * chance);
}

export class LiveSocket extends EventTarget {
  /** @param {string} url */
  constructor(url) {
    super();
    this.url = url;
    this.failures = 0;
    this.open = false;
    this.heardAt = 0;
    this.bestRtt = Infinity;
    /** @type {WebSocket|null} */
    this.socket = null;
    setInterval(() => this.beat(), PING_MS);
    globalThis.addEventListener?.("online", () => this.reconnect());
    this.connect();
  }

  connect() {
    const socket = new WebSocket(this.url);
    this.socket = socket;
    socket.onopen = () => {
      this.heardAt = Date.now();
      this.ping();
    };
    socket.onmessage = (event) => this.receive(JSON.parse(event.data));
    socket.onclose = (event) => this.closed(socket, event.code);
  }

  reconnect() {
    if (!this.open && this.socket?.readyState === WebSocket.CLOSED) this.connect();
  }

  /** @param {any} message */
  receive(message) {
    this.heardAt = Date.now();
    if (message.type === "hello") {
      this.failures = 0;
      this.open = true;
      this.bestRtt = Infinity;
    }
    if (message.type === "pong") this.synchronise(message);
    this.dispatchEvent(new CustomEvent(message.type, { detail: message }));
  }

  /**
   * Offset of the server's clock; the answer with the shortest way counts.
   * @param {{t: number, time: number}} pong
   */
  synchronise({ t, time }) {
    const rtt = Date.now() - t;
    if (rtt > this.bestRtt * 1.5 + 5) return;
    this.bestRtt = Math.min(this.bestRtt, rtt);
    setOffset(time + rtt / 2 - Date.now());
  }

  /**
   * @param {WebSocket} socket
   * @param {number} code
   */
  closed(socket, code) {
    if (socket !== this.socket) return;
    const was = this.open;
    this.open = false;
    if (was) this.dispatchEvent(new CustomEvent("away", { detail: { code } }));
    setTimeout(() => this.connect(), backoff(this.failures++, Math.random()));
  }

  beat() {
    if (!this.open) return;
    if (Date.now() - this.heardAt > SILENT_MS) this.socket?.close();
    else this.ping();
  }

  ping() {
    this.send({ type: "ping", t: Date.now() });
  }

  /** @param {any} message */
  send(message) {
    if (this.socket?.readyState === WebSocket.OPEN) this.socket.send(JSON.stringify(message));
  }
}

export const liveUrl = () => `${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/live`;
