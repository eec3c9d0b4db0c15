/** The text of an order follows its tasks until somebody writes it by hand; after that
 * what it names of steps that are gone is told. No DOM here. */

/** @typedef {{step: number, title: string, body: string, unit: number}} Task */
/**
 * @typedef {object} Line of the text, one for each step
 * @property {number} step
 * @property {string} title of its tasks; "" where the step addresses nobody
 * @property {string} text
 * @property {number} count of its tasks when the text was made
 */

const NAMED = 5;
const NUMBERED = /^(\d{1,2})\. ([\s\S]+)$/;

/** The lines of a text that numbers its steps; none of any other. @param {string} body @param {Task[]} tasks @returns {Line[]} */
export function linesOf(body, tasks) {
  const parts = body.split(/\n(?=\d{1,2}\. )/).map((part) => NUMBERED.exec(part.trimEnd()));
  const lines = parts.flatMap((found) => (found ? [lineOf(Number(found[1]), found[2], tasks)] : []));
  const rising = lines.every((line, place) => !place || line.step > lines[place - 1].step);
  return lines.length === parts.length && lines.length > 1 && rising ? lines : [];
}

/** @param {number} step @param {string} text @param {Task[]} tasks @returns {Line} */
function lineOf(step, text, tasks) {
  const own = tasks.filter((task) => task.step === step);
  return { step, text, title: own[0]?.title ?? "", count: own.length };
}

/** Whether a line says what its tasks say. @param {Line} line @param {Task[]} tasks */
function made(line, tasks) {
  const own = tasks.filter((task) => task.step === line.step);
  const said = (/** @type {Task} */ task) =>
    task.body.startsWith(line.text) || line.text.startsWith(`${task.title}: `) || line.text === task.title;
  return !own.length || own.some(said);
}

export class Order {
  /** @param {(unit: number) => string} titled */
  constructor(titled) {
    this.titled = titled;
    /** @type {Line[]} */
    this.lines = [];
    /** the text as the tasks make it; null: it was written by hand */
    this.last = /** @type {string|null} */ (null);
  }

  /** A text as it came, with its tasks. @param {string} body @param {Task[]} tasks */
  begin(body, tasks) {
    this.lines = linesOf(body, tasks);
    this.last = this.lines.length && this.lines.every((line) => made(line, tasks)) ? body : null;
  }

  /**
   * The text after the tasks have changed, and the steps without a task that it still
   * names.
   * @param {string} body @param {Task[]} tasks
   * @returns {{body: string, named: string[]}}
   */
  follow(body, tasks) {
    if (this.last === null || body !== this.last) return { body, named: this.named(body, tasks) };
    this.last = this.composed(tasks);
    return { body: this.last, named: [] };
  }

  /** @param {Task[]} tasks */
  composed(tasks) {
    const kept = this.lines.filter((line) => !this.gone(line, tasks));
    if (kept.length === 1) return this.said(kept[0], tasks);
    return kept.map((line) => `${line.step}. ${this.said(line, tasks)}`).join("\n");
  }

  /** @param {Line} line @param {Task[]} tasks */
  said(line, tasks) {
    const own = tasks.filter((task) => task.step === line.step);
    if (own.length === line.count) return line.text;
    const units = [...new Set(own.map((task) => this.titled(task.unit)))];
    const more = units.length > NAMED ? ["…"] : [];
    return `${own[0].title || line.title}: ${[...units.slice(0, NAMED), ...more].join(", ")}.`;
  }

  /** A step that had tasks and has none. @param {Line} line @param {Task[]} tasks */
  gone = (line, tasks) => line.count > 0 && !tasks.some((task) => task.step === line.step);

  /** @param {string} body @param {Task[]} tasks */
  named(body, tasks) {
    const still = (/** @type {Line} */ line) =>
      body.includes(line.text) || (line.title !== "" && body.includes(line.title));
    const gone = this.lines.filter((line) => this.gone(line, tasks) && still(line));
    return gone.map((line) => `${line.step}. ${line.title || line.text}`);
  }
}
