// The user's jobs, newest first: see one, go on with it, run it again, stop it, delete it.

import { ask, jobPath, session, userPath } from "./api.js";
import { converted } from "./convert.js";
import { action, alarm, confirmed, h, moment, say } from "./dom.js";

const ON_A_PAGE = 20;

/** The list; `road` is where a training is gone on with. */
export function showJobs(road) {
  const list = h("ul", { class: "rows" });
  const more = h("div", { class: "actions" });
  const place = h("div", {}, h("h1", {}, "Your jobs"), list, more);
  next(null);
  return place;

  async function next(cursor) {
    more.replaceChildren(h("p", { class: "busy", role: "status" }, "Looking …"));
    try {
      const query = new URLSearchParams({ limit: ON_A_PAGE, ...(cursor && { cursor }) });
      const response = await ask("GET", userPath(`jobs?${query}`));
      list.append(...(await response.json()).map((record) => row(record)));
      const onward = response.headers.get("X-Next-Cursor");
      more.replaceChildren(...(onward ? [action("Older ones", () => next(onward), { class: "quiet" })] : []));
      if (!list.children.length) more.append(h("p", {}, "None yet. ", h("a", { href: "#convert" }, "Learn from an example"), "."));
    } catch (error) {
      more.replaceChildren(alarm(error));
    }
  }

  function row(record) {
    const { job_id: jobId, kind, status, outcome } = record;
    const isTraining = kind === "train";
    const title = record.job_title || (isTraining ? `Learned from ${record.input_file ?? "an example"}` : `Converted ${record.input_file ?? "a file"}`);
    const item = h("li", { class: "card" });
    const below = h("div");
    const remove = action("Delete", async () => {
      if (!await confirmed(`Delete “${title}” with its files?`, "Delete it")) return;
      await ask("DELETE", `delete/job/${encodeURIComponent(session.user)}/${encodeURIComponent(jobId)}`);
      item.remove();
      say("Deleted.");
    }, { class: "quiet danger", place: below });
    const again = (label, rest) => action(label, async () => {
      await ask("POST", jobPath(jobId, rest));
      item.replaceWith(row(await (await ask("GET", jobPath(jobId))).json()));
    }, { class: "quiet", place: below });
    const canOpen = isTraining && (status === "succeeded" || (status === "failed" && record.report?.diagnosis));
    item.append(
      h("div", { class: "card-top" }, h("h2", {}, title), h("span", { class: `badge ${tone(status, outcome)}` }, outcome === "with_problems" ? "with problems" : status)),
      h("p", { class: "hint" }, `${isTraining ? "Training" : "Inference"} · ${moment(record.created_at)}`,
        record.parent_job_id ? " · corrected from an earlier one" : "", record.converter_name ? ` · ${record.converter_name}, version ${record.converter_version}` : ""),
      record.error && status === "failed" ? h("p", { class: "wrong" }, record.error.detail ?? record.error.title) : "",
      h("div", { class: "actions" },
        canOpen ? action("Go on with it", () => road.open(jobId), { class: "main", place: below }) : null,
        !isTraining && status === "succeeded" ? action("Files", () => below.replaceChildren(converted(record)), { class: "quiet", place: below }) : null,
        ["failed", "cancelled"].includes(status) ? again("Run it again", "/retry") : null,
        ["queued", "running"].includes(status) ? again("Stop it", "/cancel") : null,
        remove),
      below);
    return item;
  }
}

function tone(status, outcome) {
  if (status === "failed") return "guess";
  if (status === "succeeded") return outcome === "with_problems" ? "check" : "sure";
  return "plain";
}
