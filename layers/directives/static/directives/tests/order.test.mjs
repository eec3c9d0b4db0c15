import assert from "node:assert/strict";
import { test } from "node:test";
import { linesOf, Order } from "../dispatch/order.js";

const titled = (unit) => `Commune ${unit}`;
const task = (step, unit, title, body = "") => ({ step, unit, title, body });
const TASKS = [
  task(1, 1, "Call the owner", "Commune 1 calls the owner of TH-1."),
  task(2, 2, "Search at sea"),
  task(2, 3, "Search at sea"),
  task(3, 4, "Tell the family", "Commune 4 tells the family.\nEvidence: a photo."),
];
const BODY = [
  "1. Commune 1 calls the owner of TH-1.",
  "2. Search at sea: Commune 2, Commune 3.",
  "3. Commune 4 tells the family.",
  "4. Ask the border guard – nobody was found to address.",
].join("\n");

const begun = (body = BODY, tasks = TASKS) => {
  const order = new Order(titled);
  order.begin(body, tasks);
  return order;
};

test("a step that is removed leaves the text, the others keep their numbers", () => {
  const order = begun();
  const left = TASKS.filter(({ step }) => step !== 2);
  const { body, named } = order.follow(BODY, left);
  assert.equal(body, BODY.replace("2. Search at sea: Commune 2, Commune 3.\n", ""));
  assert.deepEqual(named, []);
});

test("a step that loses a unit names those that are left", () => {
  const { body } = begun().follow(BODY, [TASKS[0], TASKS[1], TASKS[3]]);
  assert.match(body, /^2\. Search at sea: Commune 2\.$/m);
});

test("what comes back stands in the text again", () => {
  const order = begun();
  const { body } = order.follow(BODY, [TASKS[0]]);
  assert.equal(order.follow(body, TASKS).body, BODY);
});

test("written by hand the text stays, and says which step it still names", () => {
  const order = begun();
  const mine = `${BODY}\nMind the tide.`;
  const { body, named } = order.follow(mine, [TASKS[0]]);
  assert.equal(body, mine);
  assert.deepEqual(named, ["2. Search at sea", "3. Tell the family"]);
  assert.deepEqual(order.follow("Just call.", [TASKS[0]]).named, []);
});

test("one step that is left has no number", () => {
  const two = BODY.split("\n").slice(0, 2).join("\n");
  const { body } = begun(two, TASKS.slice(0, 3)).follow(two, [TASKS[0]]);
  assert.equal(body, "Commune 1 calls the owner of TH-1.");
});

test("a text of somebody's own words is nobody's to change", () => {
  const body = "1. Come quickly\n2. Bring boats";
  assert.equal(begun(body).follow(body, [TASKS[0]]).body, body);
  assert.deepEqual(linesOf("Close the road.\nNow.", TASKS), []);
  assert.deepEqual(linesOf("2. b\n1. a", TASKS), []);
});
