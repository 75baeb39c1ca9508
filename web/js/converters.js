// Converters with names: their versions, what differs between two, roll back, edit the SQL, delete.

import { ask, converterPath, getJson, postJson } from "./api.js";
import { download } from "./convert.js";
import { action, alarm, confirmed, fill, h, many, moment, say } from "./dom.js";
import { scrolling, text } from "./grid.js";
import { badge } from "./lesson.js";

/** The list; `road` is where a converter is put to use. */
export function showConverters(road) {
  const list = h("ul", { class: "rows" }, h("li", { class: "busy" }, "Looking …"));
  load();
  return h("div", {}, h("h1", {}, "Your converters"), list);

  async function load() {
    try {
      const found = await getJson(converterPath());
      fill(list, found.length ? found.map((one) => item(one)) : h("li", {}, "None yet. Save one where it was learned, under a name of yours."));
    } catch (error) {
      fill(list, h("li", {}, alarm(error)));
    }
  }

  function item(converter) {
    const shown = h("li", { class: "card" });
    const show = (now) => fill(shown, ...parts(now));
    const parts = ({ name, current, updated_at: updated, versions }) => {
      const below = h("div");
      const standing = versions.find(({ version }) => version === current);
      return [
        h("div", { class: "card-top" }, h("h2", {}, name), h("span", { class: "badge plain" }, `version ${current}`)),
        h("p", { class: "hint" }, `${many(versions.length, "version")} · changed ${moment(updated)}`),
        h("div", { class: "actions" },
          standing?.job_id ? action("Convert with it", () => road.open(standing.job_id, { name, current }), { class: "main", place: below }) : null,
          action("Edit its SQL", () => edit(name, current, below, show), { class: "quiet", place: below }),
          action("Delete", async () => {
            if (!await confirmed(`Delete the converter ${name} and its ${many(versions.length, "version")}?`, "Delete it")) return;
            await ask("DELETE", converterPath(name));
            say("Deleted.");
            shown.remove();
          }, { class: "quiet danger", place: below })),
        h("ol", { class: "versions" }, [...versions].reverse().map((one) => version(name, one, current, below, show))),
        versions.length > 1 ? comparing(name, versions, current) : null,
        below,
      ];
    };
    show(converter);
    return shown;
  }

  function version(name, one, current, below, show) {
    const isCurrent = one.version === current;
    return h("li", { "aria-current": isCurrent ? "true" : null },
      h("div", { class: "card-top" }, h("h3", {}, `Version ${one.version}${isCurrent ? ", in use" : ""}`), badge(one.rating, one.confidence)),
      h("p", { class: "hint" }, `${one.source} · ${moment(one.created_at)}${one.matches_example === false ? " · differs from its example" : ""}${one.comment ? ` · “${one.comment}”` : ""}`),
      h("ul", {}, one.changed.map((words) => h("li", {}, words))),
      h("div", { class: "actions" },
        isCurrent ? null : action(`Roll back to version ${one.version}`, async () => {
          show(await postJson(converterPath(name, "/rollback"), { version: one.version }));
          say(`${name} is at version ${one.version} again.`);
        }, { class: "quiet small", place: below }),
        download(`Download version ${one.version}`, converterPath(name, `/versions/${one.version}`), `${name}-${one.version}.sql`, "quiet small")));
  }
}

function comparing(name, versions, current) {
  const options = (chosen) => versions.map(({ version }) => h("option", { value: version, selected: version === chosen }, `version ${version}`));
  const other = versions.filter(({ version }) => version !== current).at(-1).version;
  const old = h("select", { id: `old-${name}` }, options(other));
  const now = h("select", { id: `new-${name}` }, options(current));
  const shown = h("div", { "aria-live": "polite" });
  return h("details", {}, h("summary", {}, "What differs between two versions"),
    h("div", { class: "actions" }, h("label", { for: `old-${name}` }, "From"), old, h("label", { for: `new-${name}` }, "to"), now,
      action("Compare", async () => {
        const query = new URLSearchParams({ old: old.value, new: now.value });
        fill(shown, difference(await getJson(converterPath(name, `/difference?${query}`))));
      }, { class: "quiet", place: shown })), shown);
}

function difference({ words, rows, rows_differ: differ, old, new: now }) {
  return [
    h("ul", {}, words.map((one) => h("li", {}, one))),
    h("p", {}, differ ? `Rows of the example that come out otherwise: ${differ}.` : "All rows of the example come out the same."),
    rows.length ? scrolling("Cells that differ", h("table", {}, h("thead", {}, h("tr", {}, ["Row", "Given", "Column", `Version ${old}`, `Version ${now}`].map((name) => h("th", { scope: "col" }, name)))),
      h("tbody", {}, rows.map((one) => h("tr", {}, h("th", { scope: "row" }, one.row),
        h("td", {}, Object.entries(one.given ?? {}).map(([name, cell]) => `${name}: ${cell ?? "∅"}`).join(", ")),
        h("td", {}, one.column), h("td", {}, text(one.old)), h("td", {}, text(one.new))))))) : null,
  ];
}

async function edit(name, version, place, show) {
  const statement = await (await ask("GET", converterPath(name, `/versions/${version}`))).text();
  const field = h("textarea", { rows: "14", spellcheck: "false", id: `sql-${name}`, class: "code", value: statement });
  const comment = h("input", { id: `why-${name}`, placeholder: "why" });
  const wrong = h("div");
  const put = async (force) => {
    try {
      const response = await ask("PUT", converterPath(name, "/versions"), { json: { sql: field.value, force, comment: comment.value || null } });
      const converter = await response.json();
      show(converter);
      say(`${name} is at version ${converter.current}.`);
    } catch (error) {
      fill(wrong, alarm(error), error.body?.differences ? [
        h("ul", {}, error.body.differences.slice(0, 10).map((one) => h("li", {}, `Row ${one.row}, ${one.column}: expected `, h("code", {}, text(one.expected)), ", made ", h("code", {}, text(one.actual))))),
        action("Keep it all the same", () => put(true), { class: "danger", place: wrong })] : null);
    }
  };
  fill(place, h("label", { for: `sql-${name}` }, `The SQL of ${name}`), field,
    h("div", { class: "actions" }, h("label", { for: `why-${name}` }, "Comment"), comment, action("Put it as a new version", () => put(false), { class: "main" }),
      h("button", { type: "button", class: "quiet", onclick: () => fill(place) }, "Leave it")), wrong);
  field.focus();
}
