// Which view is shown: the address behind `#` says it, so that back, forward and bookmarks work.

import { h } from "./dom.js";
import { showConverters } from "./converters.js";
import { showJobs } from "./jobs.js";
import { showQueue } from "./queue.js";
import { Road } from "./road.js";
import { showWho, signedIn } from "./session.js";

const main = document.getElementById("main");
const road = new Road();
const VIEWS = {
  convert: { title: "Convert", show: () => road.element },
  jobs: { title: "Jobs", show: (leave) => showJobs(road, leave) },
  converters: { title: "Converters", show: (leave) => showConverters(road, leave) },
  queue: { title: "Queue", show: (leave) => showQueue(leave) },
};
let left = new AbortController();

const links = Object.entries(VIEWS).map(([name, { title }]) => h("a", { href: `#${name}`, "data-view": name }, title));
document.getElementById("views").append(...links);

function show() {
  left.abort();
  left = new AbortController();
  const name = location.hash.slice(1) in VIEWS ? location.hash.slice(1) : "convert";
  for (const link of links) {
    if (link.dataset.view === name) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
  document.title = `${VIEWS[name].title} – AI CSV Converter`;
  main.replaceChildren(VIEWS[name].show(left.signal));
}

const shown = showWho();
await signedIn();
shown();
window.addEventListener("hashchange", () => {
  show();
  main.focus();
});
show();
