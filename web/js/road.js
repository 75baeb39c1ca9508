// The road from an example to a converted file: give, learn, answer, look, convert. One training stands at a time.

import { ask, ended, formOf, getJson, jobPath, postJson, session } from "./api.js";
import { converting, naming } from "./convert.js";
import { action, alarm, fill, h, many, say } from "./dom.js";
import { Given, textFile } from "./given.js";
import { plainGrid } from "./grid.js";
import { lesson } from "./lesson.js";
import { matched, sources } from "./matching.js";
import { exampleButton, previewed } from "./preview.js";
import { questionCard } from "./questions.js";
import { typing } from "./typed.js";

const SHOWN_ROWS = 50;
const PHASES = { queued: "Waiting for its turn", running: "Starting", learning: "Looking for programs that fit", succeeded: "Learned", failed: "Nothing fits" };
const EXAMPLE = {
  input: "date,customer,amount,code\n03.12.2025,smith; anna,12.50,A\n04.12.2025,jones; bo,7.00,B\n15.12.2025,ito; ken,130.25,A\n28.12.2025,diaz; lu,9.99,B\n",
  expected: "day,name,amount\n2025-12-03,Anna Smith,12.50\n2025-12-04,Bo Jones,7.00\n2025-12-15,Ken Ito,130.25\n2025-12-28,Lu Diaz,9.99\n",
};

export class Road {
  constructor() {
    this.job = null; // The record of the training that stands.
    this.named = null; // A converter's name, where one is used in place of a training.
    this.older = []; // What stood before each correction.
    this.header = h("input", { type: "checkbox", id: "header", checked: true });
    this.words = h("textarea", { id: "words", rows: "3", placeholder: "Keep only orders above 20" });
    this.input = new Given({ title: "What you have", name: "input.csv", hint: "A CSV, an Excel or OpenDocument workbook, packed or not.",
      header: () => this.header.checked, taken: () => this.given(), extra: () => h("p", {}, "New here? ", action("Try it with an example", () => this.tryExample(), { class: "quiet small" })) });
    this.expected = new Given({ title: "What you want", name: "expected.csv", hint: "The same rows, as they should become. A few are enough.",
      header: () => this.header.checked, taken: () => this.given(), extra: () => this.typed = h("div", {}) });
    this.further = new Given({ title: "The file", name: "more.csv", hint: "Any file in the shape of what you have.", taken: (file) => this.look(file) });
    this.progress = h("div", { class: "progress", "aria-live": "polite" });
    this.learned = h("div");
    this.asked = h("div");
    this.seen = h("div");
    this.conversion = h("div");
    this.learnAction = h("div", { class: "actions" });
    this.parts = {
      learned: part("learned", "2", "What was learned", this.progress, this.learned),
      asked: part("asked", "3", "Where it doubts", this.asked),
      seen: part("seen", "4", "Look at a further file", h("div", { class: "panes one" }, this.further.element), this.seen),
      converted: part("converted", "5", "Convert", this.conversion),
    };
    this.element = h("div", { class: "road" },
      h("h1", {}, "Show it once, convert everything"),
      part("example", "1", "An example", h("div", { class: "panes" }, this.input.element, this.expected.element),
        h("details", { class: "more" }, h("summary", {}, "More"),
          h("label", { for: "header", class: "choice" }, this.header, " The first line names the columns"),
          h("label", { for: "words" }, "In your own words (for a service with a language model)"), this.words),
        this.learnAction),
      Object.values(this.parts));
    this.show();
  }

  show() {
    const has = this.job !== null;
    this.parts.learned.hidden = !has && !this.progress.childElementCount;
    this.parts.asked.hidden = !(has && this.job.report?.questions?.length);
    this.parts.seen.hidden = !has || !this.canRun();
    this.parts.converted.hidden = !has || !this.canRun() || !this.further.file;
  }

  canRun() {
    return this.job.status === "succeeded" || this.isPartial();
  }

  isPartial() {
    return this.job.status === "failed" && Boolean(this.job.report?.diagnosis?.can_run);
  }

  tryExample() {
    return Promise.all([this.input.take(textFile(EXAMPLE.input, "example.csv")), this.expected.take(textFile(EXAMPLE.expected, "wanted.csv"))]);
  }

  /** Shows what was given: both grids side by side, the same column in the same colour. */
  given() {
    const { input, expected } = this;
    const isPair = input.table && expected.table;
    const from = isPair ? matched(input.table, expected.table) : [];
    if (input.table) input.show(plainGrid(`${input.title}: ${input.file.name}`, input.table, { tones: input.table.header.map((_, at) => at) }));
    if (expected.table) {
      const words = from.map((at) => (at === null || !isPair ? null : `from ${input.table.header[at]}`));
      expected.show(plainGrid(`${expected.title}: ${expected.file.name}`, expected.table, { tones: from, from: words }));
    } else if (this.typed) {
      fill(this.typed, input.table ? h("div", { class: "or" }, action("Type it for the first rows instead", () => {
        fill(this.expected.element, this.expected.heading(), typing(input.table, (one, other) => this.learn(one, other, { look: input.file })),
          h("button", { type: "button", class: "quiet small", onclick: () => { this.expected.showEmpty(); this.given(); } }, "Give a file instead"));
      }, { class: "quiet" })) : null);
    }
    fill(this.learnAction, isPair ? action("Learn", () => this.learn(input.file, expected.file), { class: "main", place: this.learnAction }) : null);
  }

  /** Learns from two files; `look` is then looked at with what was learned. */
  async learn(input, expected, { look = null } = {}) {
    this.example = { input, expected };
    const form = formOf({ user_id: session.user, input_file: input, expected_output_file: expected, header: this.header.checked, general_instructions: this.words.value.trim() });
    this.older = [];
    this.named = null;
    this.job = null;
    fill(this.learned);
    this.fresh();
    const made = await (await ask("POST", "train", { form })).json();
    this.stand(await this.followed(made.job_id));
    this.parts.learned.querySelector("h2").focus();
    if (look && this.canRun()) await this.further.take(look);
    else if (this.further.file) await this.look(this.further.file);
  }

  fresh() {
    fill(this.seen);
    fill(this.conversion);
    this.show();
  }

  async followed(jobId) {
    const told = (text) => {
      fill(this.progress, h("p", { class: "busy", role: "status" }, h("progress", { "aria-label": "Learning" }), ` ${text} …`));
      this.parts.learned.hidden = false;
    };
    told(PHASES.queued);
    try {
      return await ended(jobId, ({ status, phase, round, best_match: match }) => {
        const tried = round ? `, round ${round}` : "";
        told(`${(phase && (PHASES[phase] ?? phase)) || PHASES[status] || status}${tried}${match ? `, ${Math.round(match * 100)} % of the cells right` : ""}`);
      });
    } finally {
      fill(this.progress);
    }
  }

  /** This training stands from now on. */
  stand(record) {
    this.job = record;
    const report = record.report ?? {};
    this.tones();
    const place = h("div");
    const undo = this.older.length ? action("Undo the last correction", () => this.undo(), { class: "quiet" }) : null;
    const example = h("div");
    const rows = () => this.showExample(example);
    fill(this.learned,
      record.report ? lesson(report, { tones: this.made }) : null,
      record.status === "succeeded" ? null : alarm(record.error?.detail ?? record.error?.title ?? `The training is ${record.status}.`),
      this.isPartial() ? h("p", { class: "hint" }, "What nearly fits can be tried on a file below; columns that nothing explains stay blank.") : null,
      this.canRun() && this.example ? exampleButton(rows) : null,
      undo, example, record.status === "succeeded" ? naming(record.job_id) : null);
    fill(this.asked,
      h("p", { class: "hint" }, "Other programs fit your example as well. For these rows they differ: say what is right, and it learns anew."),
      h("ul", { class: "cards" }, (report.questions ?? []).map((question) => questionCard(question, (body, at) => this.correct(body, at), { place }))), place);
    this.show();
    // Where rows are dropped, joined or reordered, that is half of what was learned.
    if (report.steps?.length && this.canRun() && this.example) rows().catch((error) => fill(example, alarm(error)));
    say(record.status === "succeeded" ? `Learned: ${many(report.columns?.length ?? 0, "column")}, ${report.rating}.` : "Nothing fits the example.");
  }

  /** The example itself beside what its rows become. */
  async showExample(place) {
    const asked = h("div");
    const shown = await this.seenAs(this.example.input, asked);
    fill(place, asked, shown);
  }

  /** Colours the example's headings by what was learned. */
  tones() {
    const { input, expected, job } = this;
    this.made = new Map();
    for (const { column, rows } of job.report?.columns ?? []) {
      const at = input.table?.header.indexOf(Object.keys(rows?.[0]?.given ?? {})[0]) ?? -1;
      this.made.set(column, at >= 0 ? at : null);
    }
    if (input.table && expected.table && job.report?.learned) {
      expected.show(plainGrid(`${expected.title}: ${expected.file.name}`, expected.table,
        { tones: matched(input.table, expected.table, job.report), from: sources(expected.table, job.report) }));
    }
  }

  /** Sends answers or rows put right, and learns anew; what stood stays where they contradict it. */
  async correct(body, place) {
    if (this.isCorrecting) {
      say("It is still learning from the last answer.");
      return;
    }
    this.isCorrecting = true;
    place.querySelectorAll(".alarm").forEach((old) => old.remove());
    const told = h("p", { class: "busy", role: "status" }, "Learning from it …");
    place.append(told);
    this.element.setAttribute("aria-busy", "true");
    try {
      const made = await postJson(jobPath(this.job.job_id, "/corrections"), body);
      const record = await this.followed(made.job_id);
      if (record.status !== "succeeded") throw new Error(`This does not go together with the example: ${record.error?.detail ?? record.status} What stood before still stands.`);
      this.older.push(this.job);
      this.stand(record);
      say("Learned from it.");
      if (this.further.file) await this.look(this.further.file);
    } catch (error) {
      place.append(alarm(error));
    } finally {
      this.isCorrecting = false;
      this.element.removeAttribute("aria-busy");
      told.remove();
    }
  }

  async undo() {
    this.stand(this.older.pop());
    if (this.further.file) await this.look(this.further.file);
  }

  /** A file's preview as elements. */
  async seenAs(file, place) {
    const form = formOf({ input_file: file, rows: SHOWN_ROWS, partial: this.isPartial() ? "true" : null });
    const seen = await (await ask("POST", jobPath(this.job.job_id, "/preview"), { form })).json();
    const toneOf = (side, name) => (side === "made" ? this.made.get(name) ?? null : this.toneOfGiven(name, seen.given_header));
    return previewed(seen, (body, at) => this.correct(body, at), { toneOf, place });
  }

  toneOfGiven(name, header) {
    const at = (this.input.table?.header ?? header).indexOf(name);
    return at >= 0 ? at : null;
  }

  /** Looks at a further file, and offers to convert it. */
  async look(file) {
    if (!file) {
      this.fresh();
      return;
    }
    this.further.show([]);
    this.show();
    fill(this.conversion, converting(this.source(), file));
    if (this.named) {
      fill(this.seen, h("p", { class: "hint" }, `Shown is what version ${this.named.current} of ${this.named.name} was learned as; edits by hand show in the result only.`));
    } else fill(this.seen);
    const place = h("div");
    const told = h("p", { class: "busy", role: "status" }, "Looking at it …");
    this.seen.append(told);
    try {
      const shown = await this.seenAs(file, place);
      this.seen.append(place, ...shown.flat().filter(Boolean));
    } catch (error) {
      this.seen.append(alarm(error));
    } finally {
      told.remove();
    }
  }

  source() {
    const [first] = this.older.length ? this.older : [this.job];
    const files = this.example ? { input: this.example.input.name, expected: this.example.expected.name } : { input: null, expected: first.expected_output_file };
    return { job: this.job.job_id, converter: this.named?.name ?? null, partial: this.isPartial(), ...files };
  }

  /** Goes on with a training from before, or a converter with a name. */
  async open(jobId, named = null) {
    const record = await getJson(jobPath(jobId));
    this.older = [];
    this.named = named;
    this.example = null;
    this.input.showEmpty();
    this.expected.showEmpty();
    this.given();
    this.further.showEmpty();
    this.fresh();
    this.stand(record);
    location.hash = "convert";
  }
}

function part(id, number, title, ...children) {
  return h("section", { class: "part", id, "aria-labelledby": `${id}-title` },
    h("h2", { id: `${id}-title`, tabindex: "-1" }, h("span", { class: "step", "aria-hidden": "true" }, number), title), children);
}

