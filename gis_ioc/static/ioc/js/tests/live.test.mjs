import assert from "node:assert/strict";
import { test } from "node:test";
import { backoff } from "../live/socket.js";

test("reconnecting waits longer each time, up to a limit, and never all at once", () => {
  const waits = [0, 1, 2, 3, 10].map((failures) => backoff(failures, 1));
  assert.deepEqual(waits, [500, 1000, 2000, 4000, 15000]);
  assert.ok(backoff(3, 0) < backoff(3, 1));
});
