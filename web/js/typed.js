// The wanted cells of three rows, typed beside the file's own, as in Flash Fill: the example is these rows.

import { action, fill, h } from "./dom.js";
import { text, heading } from "./grid.js";
import { textFile } from "./given.js";

const ROWS = 3;
const quoted = (cell) => (cell === null ? "" : `"${String(cell).replaceAll('"', '""')}"`);
/** Rows as a CSV; null is a missing cell. */
export const csv = (rows) => rows.map((row) => `${row.map(quoted).join(",")}\n`).join("");

/** A grid of fields below the file's first rows; `learn(input, expected)` gets both as files. */
export function typing(table, learn) {
  const rows = table.rows.slice(0, ROWS);
  let names = ["result"];
  const cells = rows.map(() => [""]);
  const place = h("div", { class: "typing" });
  const field = (label, value, change) => {
    const input = h("input", { "aria-label": label, value, spellcheck: "false" });
    input.addEventListener("input", () => change(input.value));
    return input;
  };
  const show = () => fill(place,
    h("p", { class: "hint" }, "Name the columns that you want, and fill in what these rows should become. Leave a cell empty where it should be blank."),
    h("div", { class: "scroll", role: "region", tabindex: "0", "aria-label": "The wanted cells" }, h("table", {},
      h("thead", {}, h("tr", {}, table.header.map((name, at) => heading(name, at)),
        names.map((name, at) => h("th", { scope: "col" }, field(`Name of wanted column ${at + 1}`, name, (value) => { names[at] = value; }))))),
      h("tbody", {}, rows.map((row, line) => h("tr", {}, row.map((cell) => h("td", {}, text(cell))),
        names.map((_, at) => h("td", {}, field(`Wanted cell ${at + 1} of row ${line + 1}`, cells[line][at], (value) => { cells[line][at] = value; })))))))),
    h("div", { class: "actions" },
      h("button", { type: "button", class: "quiet", onclick: () => {
        names.push(`column ${names.length + 1}`);
        cells.forEach((line) => line.push(""));
        show();
        place.querySelectorAll("thead input")[names.length - 1].focus();
      } }, "Another column"),
      names.length > 1 ? h("button", { type: "button", class: "quiet", onclick: () => {
        names = names.slice(0, -1);
        cells.forEach((line) => line.pop());
        show();
      } }, "One column less") : null,
      action("Learn from these rows", () => {
        if (cells.every((line) => line.every((cell) => !cell))) throw new Error("Fill in at least one cell.");
        return learn(textFile(csv([table.header, ...rows]), "input.csv"), textFile(csv([names, ...cells.map((line) => line.map((cell) => cell || null))]), "expected.csv"));
      }, { class: "main", place })));
  show();
  return place;
}
