// An operator's view of the queue, as long as it is looked at: nodes and their slots, what waits and runs, and since when.

import { getJson } from "./api.js";
import { alarm, count, fill, h, many } from "./dom.js";

const EVERY_SECONDS = 2;
const KEPT = 90;
const SVG = "http://www.w3.org/2000/svg";
const KINDS = { train: "Trainings", inference: "Inferences" };

/** The view; it stops asking when `leave` (an abort signal) says that it was left. */
export function showQueue(leave) {
  const seen = [];
  const shown = h("div", {}, h("p", { class: "busy", role: "status" }, "Looking …"));
  look();
  return h("div", {}, h("h1", {}, "The queue"), shown);

  async function look() {
    while (!leave.aborted) {
      try {
        const status = await getJson("queue/status", { signal: leave });
        seen.push({ running: status.queue_info.active_jobs, waiting: status.queue_info.queue_size });
        seen.splice(0, seen.length - KEPT);
        fill(shown, view(status, seen));
      } catch (error) {
        if (leave.aborted) return;
        fill(shown, alarm(error));
      }
      await new Promise((resolve) => { setTimeout(resolve, EVERY_SECONDS * 1000); });
    }
  }
}

function view({ queue_info: all, capacity_utilization: use, kinds, nodes, users }, seen) {
  const span = `the last ${Math.max(1, Math.round((seen.length * EVERY_SECONDS) / 60))} min`;
  return [
    h("ul", { class: "figures" },
      figure("Running", count(all.active_jobs), `of ${many(all.max_workers, "slot")}`), figure("Waiting", count(all.queue_size), use.can_accept_new_jobs ? "new jobs are taken" : "new jobs are refused"),
      figure("Busy", `${Math.round(use.workers_busy_percent)} %`, "of all slots"), figure("A new job waits", minutes(use.estimated_wait_time_minutes * 60), "as estimated")),
    h("div", { class: "charts" }, chart("Running", seen.map(({ running }) => running), span), chart("Waiting", seen.map(({ waiting }) => waiting), span)),
    h("div", { class: "charts" }, Object.entries(kinds).filter(([, one]) => one.ended_by_minute?.length).map(([kind, one]) => throughput(KINDS[kind] ?? kind, one.ended_by_minute))),
    users?.length ? [h("h2", {}, "By user"), table(["User", "Waiting", "Running"], users.map((one) => [one.user_id, count(one.waiting), count(one.running)]))] : null,
    h("h2", {}, "By kind"),
    table(["Kind", "Waiting", "Running", "The oldest waits", "Takes on average"], Object.entries(kinds).map(([kind, one]) => [
      KINDS[kind] ?? kind, count(one.waiting), count(one.running), one.oldest_waiting_since ? minutes((Date.now() - new Date(one.oldest_waiting_since)) / 1000) : "–", minutes(one.mean_running_seconds)])),
    h("h2", {}, "By node"),
    nodes.length ? h("ul", { class: "nodes" }, nodes.map((node) => h("li", {}, h("span", {}, `${node.address} `, h("code", {}, node.node_id.slice(0, 8))),
      h("meter", { min: 0, max: Math.max(1, node.max_workers), value: node.active_jobs, "aria-label": `Slots of ${node.address} in use` }),
      h("span", {}, `${node.active_jobs} of ${node.max_workers} busy`)))) : h("p", {}, "No node offers slots now."),
  ];
}

const figure = (name, value, words) => h("li", {}, h("span", { class: "name" }, name), h("strong", {}, value), h("span", { class: "hint" }, words));

const table = (names, rows) => h("div", { class: "scroll", role: "region", tabindex: "0", "aria-label": names[0] }, h("table", {},
  h("thead", {}, h("tr", {}, names.map((name) => h("th", { scope: "col" }, name)))),
  h("tbody", {}, rows.map(([first, ...rest]) => h("tr", {}, h("th", { scope: "row" }, first), rest.map((cell) => h("td", {}, cell)))))));

function minutes(seconds) {
  if (seconds < 1) return seconds > 0 ? `${Math.round(seconds * 1000)} ms` : "0 s";
  return seconds < 90 ? `${Math.round(seconds)} s` : `${Math.round(seconds / 60)} min`;
}

/** A bar for each of the last minutes. */
function throughput(name, byMinute) {
  const most = Math.max(...byMinute);
  const all = byMinute.reduce((sum, one) => sum + one, 0);
  const width = 300 / byMinute.length;
  const bars = byMinute.map((ended, at) => {
    const bar = document.createElementNS(SVG, "rect");
    const height = Math.max(1, (ended / Math.max(1, most)) * 58);
    for (const [key, value] of Object.entries({ x: at * width + 3, y: 60 - height, width: width - 6, height })) bar.setAttribute(key, value);
    return bar;
  });
  return h("figure", {}, h("figcaption", {}, `${name} ended: ${count(all)} in ${byMinute.length} min, at most ${most} in one`),
    drawn(`${name} ended in each of the last ${byMinute.length} minutes: ${byMinute.join(", ")}`, bars));
}

function drawn(label, shapes) {
  const drawing = document.createElementNS(SVG, "svg");
  for (const [key, value] of Object.entries({ viewBox: "0 0 300 60", preserveAspectRatio: "none", role: "img", "aria-label": label })) drawing.setAttribute(key, value);
  drawing.append(...shapes);
  return drawing;
}

/** A line of what was seen, with its bounds in words for those who do not see it. */
function chart(name, values, span) {
  const most = Math.max(1, ...values);
  // One moment is no line yet.
  const line = values.length > 1 ? values : [...values, ...values];
  const shape = document.createElementNS(SVG, "polyline");
  shape.setAttribute("points", line.map((value, at) => `${((KEPT - line.length + at) / (KEPT - 1)) * 300},${58 - (value / most) * 54}`).join(" "));
  const label = `${name}, ${span}: ${values.at(-1)} now, ${Math.min(...values)} to ${Math.max(...values)}`;
  return h("figure", {}, h("figcaption", {}, `${name}, ${span} (up to ${most})`), drawn(label, [shape]));
}
