// A whole file put through the converter: progress, what came of its rows, and the files to keep.

import { ask, converterPath, ended, formOf, jobPath, session } from "./api.js";
import { action, fill, h, keep, many, say } from "./dom.js";
import { snippets } from "./snippets.js";

const ON_ERROR = { blank: "Keep them, with blanks", reject: "Put them into a file of their own", fail: "Stop at the first" };
const FORMATS = { csv: "CSV", "csv.gz": "CSV, packed", xlsx: "Excel" };
let chosen = { onError: "reject", format: "csv" };

/** `source` is `{job, converter, partial, input, expected}`, `file` what is to be converted. */
export function converting(source, file) {
  const result = h("div", { "aria-live": "polite" });
  const codes = h("div");
  const show = () => fill(codes, snippets({ ...source, ...chosen, file: file.name }));
  const choice = h("fieldset", {}, h("legend", {}, "Rows that are not sound (a check breaks, a value is unknown or cannot be read)"),
    Object.entries(ON_ERROR).map(([value, label]) => {
      const radio = h("input", { type: "radio", name: "on-error", id: `on-error-${value}`, checked: value === chosen.onError });
      radio.addEventListener("change", () => { chosen = { ...chosen, onError: value }; show(); });
      return h("label", { for: `on-error-${value}`, class: "choice" }, radio, " ", label);
    }));
  const format = h("select", { id: "format" }, Object.entries(FORMATS).map(([value, label]) => h("option", { value, selected: value === chosen.format }, label)));
  format.addEventListener("change", () => { chosen = { ...chosen, format: format.value }; show(); });
  const place = h("div");
  show();
  place.append(choice, h("div", { class: "actions" }, h("label", { for: "format" }, "As"), format,
    action(`Convert ${file.name}`, () => convert(source, file, result), { class: "main", place })), result, codes);
  return place;
}

async function convert(source, file, result) {
  fill(result, h("p", { class: "busy", role: "status" }, `Sending ${file.name} …`));
  try {
    const which = source.converter ? { converter: source.converter } : { job_id: source.job, partial: source.partial ? "true" : null };
    const form = formOf({ user_id: session.user, ...which, on_error: chosen.onError, output_format: chosen.format, input_file: file });
    const made = await (await ask("POST", "inference/run", { form })).json();
    const record = await ended(made.job_id, ({ status, phase }) => fill(result, h("p", { class: "busy", role: "status" }, phase ?? status)));
    fill(result, converted(record, source));
  } catch (error) {
    fill(result);
    throw error;
  }
}

/** What came of an inference, with its files. */
export function converted(record, source = {}) {
  const path = (rest) => jobPath(record.job_id, rest);
  if (record.status !== "succeeded") {
    return h("div", { class: "alarm", role: "alert" }, h("p", {}, record.error?.detail ?? record.error?.title ?? `The job is ${record.status}.`));
  }
  const rows = record.rows ?? {};
  const odd = [rows.rejected ? `${many(rows.rejected, "row")} rejected` : null, rows.doubtful ? `${rows.doubtful} doubtful` : null].filter(Boolean);
  say("Converted.");
  return h("div", { class: record.outcome === "clean" ? "done" : "done with-problems" },
    h("p", {}, h("strong", {}, record.outcome === "clean" ? "Done, and clean." : "Done, with problems."), ` ${many(rows.in ?? 0, "row")} in, ${many(rows.out ?? 0, "row")} out${odd.length ? `; ${odd.join(", ")}` : ""}.`),
    Object.keys(record.report?.broken_checks ?? {}).length ? checks(record.report.broken_checks) : null,
    h("div", { class: "actions" },
      download("Download the result", path("/output"), `result.${record.output_format}`, "main"),
      rows.rejected ? download("Download the rejects", path("/rejects"), "rejects.csv") : null,
      source.job || record.training_job_id ? download("Download the converter", jobPath(source.job ?? record.training_job_id, source.partial ? "/converter?partial=true" : "/converter"), "converter.sql") : null));
}

function checks(broken) {
  const told = Array.isArray(broken) ? broken : Object.entries(broken).map(([name, rows]) => ({ name, rows }));
  return h("ul", { class: "problems" }, told.map((one) => h("li", {}, words(one))));
}

function words(one) {
  if (typeof one === "string") return one;
  const name = one.text ?? one.check ?? one.name ?? one.description ?? JSON.stringify(one);
  return typeof one.count === "number" ? `${name}: ${many(one.count, "row")}` : String(name);
}

/** A button that fetches a file with the key, and has the browser keep it. */
export function download(label, path, name, kind = "quiet") {
  return action(label, async () => keep(await (await ask("GET", path)).blob(), name), { class: kind });
}

/** A field to keep the training's converter under a name. */
export function naming(jobId, named = () => {}) {
  const name = h("input", { id: "converter-name", required: true, pattern: "[A-Za-z0-9._@\\-]{1,128}", title: "Letters, digits and . _ @ - only", placeholder: "orders" });
  const place = h("div");
  const save = action("Save", async () => {
    if (!name.reportValidity()) return;
    const converter = await (await ask("PUT", converterPath(name.value.trim()), { json: { job_id: jobId } })).json();
    say(`Saved as ${converter.name}, version ${converter.current}.`);
    fill(said, `Saved as ${converter.name}, version ${converter.current}. Inferences may say converter: ${converter.name}.`);
    named(converter);
  }, { place });
  const said = h("p", { class: "hint" });
  place.append(h("div", { class: "actions" }, h("label", { for: "converter-name" }, "Save the converter under a name"), name, save), said);
  return place;
}

