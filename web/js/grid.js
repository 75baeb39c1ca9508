// Tables as they are shown: cells that are marked, and cells that can be put right.

import { h } from "./dom.js";

/** Marks in words; the same as a row's `marks` and a problem's `kind`. */
export const MARKS = {
  doubtful: "doubtful",
  check: "breaks a check",
  unknown: "never seen before",
  unreadable: "cannot be read",
  blank: "blank, never blank in the example",
};

/** A table in a box that scrolls by itself, also by keyboard. */
export function scrolling(label, table) {
  return h("div", { class: "scroll", role: "region", "aria-label": label, tabindex: "0" }, table);
}

/** A heading's cell: its colour says which of the input's columns it is, or is made from; `from` says it in words. */
export function heading(name, tone, from = null) {
  return h("th", { scope: "col", class: tone === null || tone === undefined ? null : `tone tone-${tone % 8}` },
    name, from && h("span", { class: "from" }, from));
}

/** A cell's text; missing and empty ones show that they are. */
export function text(cell) {
  if (cell === null || cell === undefined) return h("span", { class: "nothing" }, h("span", { class: "unseen" }, "missing"), h("span", { "aria-hidden": "true" }, "∅"));
  if (cell === "") return h("span", { class: "nothing" }, h("span", { class: "unseen" }, "empty"), h("span", { "aria-hidden": "true" }, "·"));
  return cell;
}

/** A file's first rows. `table` is `{header, rows, more}`, `tones` a colour or null by column, `from` words by column. */
export function plainGrid(label, table, { tones = [], from = [] } = {}) {
  const body = table.rows.map((row, at) => h("tr", {}, h("th", { scope: "row", class: "number" }, at + 1),
    table.header.map((_, column) => h("td", {}, text(row[column])))));
  return scrolling(label, h("table", {},
    h("caption", { class: "unseen" }, label),
    h("thead", {}, h("tr", {}, h("th", { scope: "col", class: "number" }, h("span", { class: "unseen" }, "Row")),
      table.header.map((name, at) => heading(name, tones[at], from[at])))),
    h("tbody", {}, body, table.more && h("tr", { class: "more" }, h("td", { colspan: table.header.length + 1 }, "… and more rows")))));
}

/** A cell that is a button, and a field once it is pressed. `save(text)` gets what was typed, where it is another. */
export function editable(cell, label, save, { mark = null, why = null } = {}) {
  const td = h("td", { class: ["can-edit", mark && `mark mark-${mark}`].filter(Boolean).join(" ") });
  const button = h("button", { type: "button", class: "cell", "aria-label": `${label}: ${cell || "empty"}${mark ? `, ${why ?? MARKS[mark]}` : ""}. Change it`, title: why },
    text(cell));
  button.addEventListener("click", () => {
    const field = h("input", { "aria-label": label, value: cell ?? "" });
    let isOver = false;
    const leave = (isSaved) => {
      if (isOver) return;
      isOver = true;
      td.replaceChildren(button);
      button.focus();
      if (isSaved && field.value !== (cell ?? "")) save(field.value);
    };
    field.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" && event.key !== "Escape") return;
      // Or the same key would press the button that comes back.
      event.preventDefault();
      leave(event.key === "Enter");
    });
    // Leaving a field by accident is no correction.
    field.addEventListener("blur", () => leave(false));
    td.replaceChildren(field);
    field.focus();
    field.select();
  });
  td.append(button);
  return td;
}

/** A cell that cannot be edited, with its mark. */
export function cellOf(cell, { mark = null, why = null } = {}) {
  return h("td", { class: mark && `mark mark-${mark}`, title: why }, text(cell), mark && h("span", { class: "unseen" }, ` (${why ?? MARKS[mark]})`));
}
