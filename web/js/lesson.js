// What was learned, in words: a card for each output column, what happens to rows, and where nothing fits, why.

import { h, many } from "./dom.js";
import { text } from "./grid.js";

const RATINGS = { sure: "sure", check: "please check", guess: "a guess" };

/** How sure it is, in a word and a colour. */
export function badge(rating, confidence = null) {
  if (!rating) return null;
  // Rounded down: nothing is 100 % sure.
  const chance = confidence === null ? "" : ` · ${Math.floor(Math.min(confidence, 0.99) * 100)} %`;
  return h("span", { class: `badge ${rating}` }, `${RATINGS[rating] ?? rating}${chance}`);
}

/** The cards of a report. */
export function lesson(report, { tones = new Map() } = {}) {
  if (!report.learned) return failure(report);
  return [
    h("p", { class: "verdict" }, badge(report.rating, report.confidence), " ", verdict(report.rating)),
    report.steps?.length ? h("div", { class: "steps" }, h("h3", {}, "What happens to the rows"),
      h("ul", {}, report.steps.map((step) => h("li", {}, sentence(step.explanation), step.sql ? sql(step.sql) : null)))) : null,
    h("ul", { class: "cards" }, report.columns.map((column) => card(column, tones.get(column.column)))),
    report.statement ? h("details", {}, h("summary", {}, "The whole converter as SQL"), h("pre", { tabindex: "0" }, report.statement)) : null,
  ];
}

function verdict(rating) {
  if (rating === "sure") return "A further file should come out right as a whole.";
  if (rating === "check") return "It fits your example. Look at the questions, and at a further file, before you trust it.";
  return "It fits your example, but so do other programs. Answer the questions below, or give more rows.";
}

function card(column, tone) {
  const [row] = column.rows ?? [];
  return h("li", { class: tone === undefined || tone === null ? "card" : `card tone tone-${tone % 8}` },
    h("div", { class: "card-top" }, h("h3", {}, column.column), badge(column.rating)),
    h("p", {}, column.explained === false ? "nothing explains this column" : sentence(column.explanation)),
    row ? h("p", { class: "shown-by" }, "For example ", Object.entries(row.given).map(([name, cell]) => [h("span", { class: "name" }, name), " ", h("code", {}, text(cell)), " "]),
      h("span", { "aria-hidden": "true" }, "→ "), h("span", { class: "unseen" }, "becomes "), h("code", {}, text(row.made))) : null,
    column.expression ? h("details", {}, h("summary", {}, "SQL", h("span", { class: "unseen" }, ` of ${column.column}`)),
      h("pre", { tabindex: "0" }, column.expression)) : null);
}

function sql(statement) {
  return h("details", {}, h("summary", {}, "SQL of this step"), h("pre", { tabindex: "0" }, statement));
}

const sentence = (words) => (words ? words.charAt(0).toUpperCase() + words.slice(1) : "as the example shows");

/** Why nothing was learned, with what nearly fits and the rows that speak against it. */
function failure({ diagnosis, reason }) {
  if (!diagnosis) return [h("p", {}, reason ?? "No program fits the example.")];
  return [
    h("p", { class: "verdict" }, badge("guess"), " ", sentence(diagnosis.summary)),
    diagnosis.contradictions?.length ? h("ul", { class: "alarm" }, diagnosis.contradictions.map(({ text: words }) => h("li", {}, sentence(words)))) : null,
    h("ul", { class: "cards" }, (diagnosis.columns ?? []).map((column) => h("li", { class: "card" },
      h("div", { class: "card-top" }, h("h3", {}, column.column),
        h("span", { class: `badge ${column.explained ? "sure" : "guess"}` }, column.explained ? "explained" : `${column.rows_right} of ${many(column.rows, "row")}`)),
      h("p", {}, sentence(column.explanation ?? "nothing explains this column")),
      column.against?.length ? h("ul", { class: "against" }, column.against.slice(0, 5).map((one) => h("li", {},
        `Row ${one.row}: expected `, h("code", {}, text(one.expected)), ", but this makes ", h("code", {}, text(one.made))))) : null))),
  ];
}
