// Where programs that fit the example differ: what each would make of a row, and buttons to say which is right.

import { h } from "./dom.js";
import { text } from "./grid.js";

/**
 * One question as a card. `answer` is called with the corrections' body: an answer of these, or a row put right.
 * `question` is one of the report's, or a doubtful row of a preview, which has no id and is answered as a row.
 */
export function questionCard(question, answer, { title = null, place }) {
  if (question.kind === "words") {
    return h("li", { class: "card question" }, h("h3", {}, question.question), h("p", { class: "hint" }, "Answer it by correcting a row below."));
  }
  const own = h("input", { "aria-label": `Something else for ${question.column}`, placeholder: "something else" });
  const corrected = (expected) => ({ rows: [{ given: question.given, expected }] });
  const buttons = question.answers.map((one) => h("button", {
    type: "button", class: "answer",
    onclick: () => answer(question.id ? { answers: [{ question: question.id, answer: one.answer }] } : corrected(rowsOf(one)), place),
  }, h("span", { class: "answer-cell" }, made(question, one)), h("span", { class: "answer-why" }, one.explanation,
    one.is_converter ? " (as it is now)" : "")));
  return h("li", { class: "card question" },
    h("h3", {}, title ?? question.question),
    h("dl", { class: "row-given" }, Object.entries(question.given).map(([name, cell]) => h("div", { class: name === question.changed ? "changed" : null },
      h("dt", {}, name), h("dd", {}, text(cell))))),
    h("div", { class: "answers", role: "group", "aria-label": title ?? question.question }, buttons),
    question.column ? h("form", { class: "own", onsubmit: (event) => {
      event.preventDefault();
      answer(corrected({ [question.column]: own.value }), place);
    } }, own, h("button", { class: "quiet" }, "It should be this")) : null);
}

/** As `expected` has it: no row, one, or several. */
function rowsOf({ rows }) {
  if (!rows.length) return null;
  return rows.length === 1 ? rows[0] : rows;
}

function made(question, { cell, rows }) {
  if (question.column) return text(cell);
  if (!rows.length) return "No row";
  return rows.map((row) => h("span", { class: "answer-row" }, Object.values(row).map((value) => value ?? "∅").join(" | ")));
}
