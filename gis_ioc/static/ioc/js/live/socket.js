/** The websocket /live: reconnects by itself, keeps the clock, says how it is. */
import { serverClock, local } from "../lib/time.js";
import { readFrame } from "./frame.js";

const PING_MS = 5_000;
const SILENT_MS = 16_000;
// a try that nobody answers (a cable out) ends then, and the next one begins
const TRY_MS = 15_000;
const BURST = 7;
const BURST_MS = 120;
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
    /** @type {WebSocket|null} */
    this.socket = null;
    this.closing = false;
    this.timer = setInterval(() => this.beat(), PING_MS);
    this.online = () => this.connect();
    globalThis.addEventListener?.("online", this.online);
    this.connect();
  }

  connect() {
    if (this.closing || this.socket) return;
    const socket = new WebSocket(this.url);
    this.socket = socket;
    socket.binaryType = "arraybuffer";
    const timer = setTimeout(() => this.open || this.closed(socket, 0), TRY_MS);
    socket.onopen = () => {
      this.heardAt = Date.now();
      this.ping();
    };
    socket.onmessage = ({ data }) => {
      if (socket === this.socket) this.receive(typeof data === "string" ? JSON.parse(data) : readFrame(data));
    };
    socket.onclose = (event) => {
      clearTimeout(timer);
      this.closed(socket, event.code);
    };
  }

  /** @param {any} message */
  receive(message) {
    this.heardAt = Date.now();
    if (message.type === "hello") {
      this.failures = 0;
      this.open = true;
      // a few questions at once: the quickest answer sets the clock
      for (let i = 1; i <= BURST; i++) setTimeout(() => this.ping(), i * BURST_MS);
    }
    if (message.type === "pong") serverClock.sample(message.t, message.time, local());
    this.dispatchEvent(new CustomEvent(message.type, { detail: message }));
  }

  /**
   * It is over with this socket, whether the other side says so or not: over a cable
   * that is out the goodbye is never answered, so nobody waits for it.
   * @param {WebSocket} socket
   * @param {number} code
   */
  closed(socket, code) {
    if (socket !== this.socket) return;
    this.socket = null;
    socket.close();
    const was = this.open;
    this.open = false;
    if (was) this.dispatchEvent(new CustomEvent("away", { detail: { code } }));
    if (!this.closing) setTimeout(() => this.connect(), backoff(this.failures++, Math.random()));
  }

  /** For good. */
  close() {
    this.closing = true;
    clearInterval(this.timer);
    globalThis.removeEventListener?.("online", this.online);
    this.socket?.close();
  }

  beat() {
    if (!this.open) return;
    if (this.socket && Date.now() - this.heardAt > SILENT_MS) this.closed(this.socket, 0);
    else this.ping();
  }

  ping() {
    this.send({ type: "ping", t: local() });
  }

  /** @param {any} message */
  send(message) {
    if (this.socket?.readyState === WebSocket.OPEN) this.socket.send(JSON.stringify(message));
  }
}

export const liveUrl = () => `${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/live`;
