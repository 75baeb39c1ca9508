// A file as it would become: its rows beside what they become, what is odd marked, counted and filtered, cells to correct.

import { action, count, h, many } from "./dom.js";
import { cellOf, editable, heading, MARKS, plainGrid, scrolling, text } from "./grid.js";
import { questionCard } from "./questions.js";

const ASKED = 3;
const VALUES = 5;
const REJECTED = "would be rejected, where unsound rows are put into a file of their own";

/** The preview as elements. `correct(body, place)` sends corrections; `tones` are colours by the input's column. */
export function previewed(seen, correct, { toneOf = () => null, place }) {
  const marks = new Marks(seen);
  const rows = allRows(seen);
  const body = h("tbody");
  const facets = facetsOf(seen);
  const choose = (facet, pressed) => {
    for (const button of bar.querySelectorAll("button")) button.setAttribute("aria-pressed", String(button === pressed));
    body.replaceChildren(...rows.filter((row) => facet.holds(row, marks)).flatMap((row) => lines(row, seen, marks, correct, place)));
    if (!body.children.length) {
      body.append(h("tr", {}, h("td", { colspan: 1 + seen.given_header.length + seen.header.length }, "None of the rows that are shown; ", facet.elsewhere ?? "")));
    }
  };
  const bar = h("div", { class: "facets", role: "group", "aria-label": "Show rows" }, facets.map((facet, at) => {
    const button = h("button", { type: "button", "aria-pressed": String(at === 0), class: facet.mark && `facet mark-${facet.mark}`, title: facet.title },
      facet.name, h("span", { class: "number" }, ` ${count(facet.count)}`));
    button.addEventListener("click", () => choose(facet, button));
    return button;
  }));
  choose(facets[0], bar.firstElementChild);
  return [
    h("p", { class: "verdict" }, summary(seen)),
    seen.notes.length ? h("ul", { class: "notes" }, seen.notes.map((note) => h("li", {}, note))) : null,
    seen.problems.length ? h("ul", { class: "problems" }, seen.problems.map(problem)) : null,
    doubts(seen, correct, place),
    seen.one_to_one ? [bar, scrolling("The file as it is, and as it would become", paired(seen, body, toneOf))]
      : [h("p", { class: "hint" }, "Rows do not become rows one by one here, so the result is shown by itself. To correct it, give the example another row."),
        plainGrid("The result's first rows", { header: seen.header, rows: seen.output, more: seen.counts.rows_out > seen.output.length })],
  ];
}

function summary({ counts, looked_at: looked }) {
  const whole = looked.whole_file ? `${many(counts.rows_in, "row")}` : `The first ${many(looked.rows, "row")}`;
  const odd = [counts.doubtful ? `${count(counts.doubtful)} doubtful` : null, counts.problems ? many(counts.problems, "broken check") : null].filter(Boolean);
  return `${whole} become${counts.rows_in === 1 && looked.whole_file ? "s" : ""} ${count(counts.rows_out)}; ${odd.length ? odd.join(", ") : "nothing is odd"}.`;
}

function problem({ kind, text: words, count: rows, rows: first, values, of, failed }) {
  if (failed) return h("li", {}, `${words}: could not be checked (${failed})`);
  const where = first.length ? `, in ${of === "input" ? "the file's" : "the result's"} ${first.length === 1 ? "row" : "rows"} ${first.slice(0, VALUES).join(", ")}${rows > first.slice(0, VALUES).length ? " …" : ""}` : "";
  return h("li", {}, h("span", { class: `mark mark-${kind} chip` }, MARKS[kind] ?? kind), ` ${many(rows, "row")}: ${words}${where}`,
    values.length ? [" ", values.slice(0, VALUES).map((value) => [h("code", {}, text(value)), " "])] : null);
}

function doubts(seen, correct, place) {
  const asked = seen.doubtful.filter(({ given }) => given).slice(0, ASKED);
  if (!asked.length) return null;
  return h("details", { open: true }, h("summary", {}, `Doubtful rows: ${count(seen.counts.doubtful)}. One answer often settles many`),
    h("ul", { class: "cards" }, asked.map((one) => questionCard(one, correct, {
      title: one.column ? `Row ${one.row}: what should ${one.column} be?` : `Row ${one.row}: what should become of it?`, place }))));
}

/** The first rows, and the doubtful ones behind them, each `{row, given, made, marks, isFirst}`. */
function allRows(seen) {
  const rows = seen.rows.map((row) => ({ ...row, isFirst: true }));
  const shown = new Set(rows.map(({ row }) => row));
  for (const { row, given, answers } of seen.doubtful) {
    if (row === null || !given || shown.has(row)) continue;
    shown.add(row);
    rows.push({ row, given, made: answers.find((one) => one.is_converter)?.rows ?? [], marks: ["doubtful"], isFirst: false });
  }
  return rows.sort((one, other) => one.row - other.row);
}

/** Which cells are odd, and why. */
class Marks {
  constructor({ doubtful, problems, rows, header }) {
    this.given = new Map();
    this.made = new Map();
    const outputs = new Map();
    let line = 0;
    for (const { row, made } of rows) for (const [at] of (made ?? []).entries()) outputs.set(line += 1, `${row}/${at}`);
    for (const { kind, text: why, rows: where, of, column } of problems) {
      for (const row of where) {
        // What is blank or breaks a check is the result's cell, whosever row the check counts.
        const isMade = ["blank", "check"].includes(kind) && header.includes(column);
        if (of === "input" && isMade) this.made.set(`${row}/0/${column}`, { mark: kind, why });
        else if (of === "input") this.given.set(`${row}/${column}`, { mark: kind, why });
        else if (outputs.has(row)) this.made.set(`${outputs.get(row)}/${column}`, { mark: kind, why });
      }
    }
    for (const { row, column, answers } of doubtful) {
      const other = answers.filter((one) => !one.is_converter && one.cell !== null).map(({ cell }) => `“${cell}”`).join(" or ");
      this.made.set(`${row}/0/${column}`, { mark: "doubtful", why: `doubtful${other ? `; might be ${other}` : ""}` });
    }
  }
}

/** Whether an inference that rejects would leave this row out: any broken check does that, doubt does not. */
const isRejected = ({ marks }) => marks.some((mark) => mark !== "doubtful");

function facetsOf(seen) {
  const kinds = new Map();
  for (const one of seen.problems) kinds.set(one.kind, (kinds.get(one.kind) ?? 0) + one.count);
  const odd = [...kinds].map(([kind, rows]) => ({
    name: MARKS[kind] ?? kind, mark: kind, count: rows, holds: ({ marks }) => marks.includes(kind), elsewhere: "their numbers stand above." }));
  const doubtful = seen.counts.doubtful ? [{
    name: "doubtful", mark: "doubtful", count: seen.counts.doubtful, holds: ({ marks }) => marks.includes("doubtful"),
    title: "The first hundred are shown" }] : [];
  const rejected = seen.rows.filter(isRejected).length;
  if (rejected) odd.push({ name: "would be rejected", mark: "check", count: rejected, holds: isRejected, title: "Of the first rows" });
  return [{ name: "First rows", count: seen.rows.length, holds: ({ isFirst }) => isFirst }, ...doubtful, ...odd];
}

function paired(seen, body, toneOf) {
  return h("table", { class: "pairs" },
    h("caption", { class: "unseen" }, "The file as it is, and as it would become"),
    h("colgroup", { span: 1 }), h("colgroup", { span: seen.given_header.length }), h("colgroup", { span: seen.header.length }),
    h("thead", {},
      h("tr", {}, h("td", {}), h("th", { scope: "colgroup", colspan: seen.given_header.length }, "As it is"),
        h("th", { scope: "colgroup", colspan: seen.header.length, class: "first-made" }, "As it becomes – press a cell to correct it")),
      h("tr", {}, h("th", { scope: "col", class: "number" }, h("span", { class: "unseen" }, "Row")),
        seen.given_header.map((name) => heading(name, toneOf("given", name))),
        seen.header.map((name) => heading(name, toneOf("made", name))))),
    body);
}

/** The table's rows for one row of the file: none of its cells, those of one row, or of several. */
function lines(row, seen, marks, correct, place) {
  const made = row.made ?? [];
  const height = Math.max(1, made.length);
  const given = [
    h("th", { scope: "row", class: "number", rowspan: height, title: isRejected(row) ? REJECTED : null }, row.row,
      isRejected(row) && [h("span", { class: "rejects", "aria-hidden": "true" }, " ✕"), h("span", { class: "unseen" }, ` (${REJECTED})`)]),
    seen.given_header.map((name) => {
      const cell = cellOf(row.given[name], marks.given.get(`${row.row}/${name}`));
      cell.rowSpan = height;
      return cell;
    }),
  ];
  if (!made.length) {
    return [h("tr", { class: "left-out" }, given, h("td", { class: "first-made", colspan: seen.header.length }, "left out"))];
  }
  return made.map((cells, at) => h("tr", { class: at ? "split" : null }, at ? null : given, seen.header.map((name, column) => {
    const save = (value) => correct({ rows: [{ given: row.given, expected: corrected(made, at, name, value) }] }, place);
    const mark = marks.made.get(`${row.row}/${at}/${name}`) ?? marks.made.get(`${row.row}/${at}/null`);
    const cell = editable(cells[name], `${name} of row ${row.row}`, save, mark);
    if (!column) cell.classList.add("first-made");
    return cell;
  })));
}

/** One row's changed cell alone says enough; of several rows all are told. */
function corrected(made, at, name, value) {
  if (made.length === 1) return { [name]: value };
  return made.map((cells, other) => (other === at ? { ...cells, [name]: value } : cells));
}

/** A button that shows the example itself in this way: which rows were dropped, joined or reordered. */
export const exampleButton = (show) => action("Show what happens to each row of the example", show, { class: "quiet" });
