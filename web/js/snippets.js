// The same, without the page: what was just done, as commands and as Python, to copy. The key is never in them.

import { action, h, say } from "./dom.js";
import { session } from "./api.js";

const quoted = (word) => (/^[A-Za-z0-9._\/@=:-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`);
const address = () => new URL("../..", import.meta.url).href.replace(/\/$/, "");

/** The steps of `done` (`{input, expected, job, file, converter, onError, format}`; file names) as curl commands. */
export function curl(done) {
  const named = done.converter ? `-F converter=${quoted(done.converter)}` : "-F job_id=$JOB";
  const file = done.file ?? "more.csv";
  return [
    `SERVICE=${address()}`,
    "KEY=…  # yours",
    done.input ? [
      "# learn",
      'curl -s "$SERVICE/api/v1/train" -H "X-API-KEY: $KEY" -H "Prefer: wait=60" \\',
      `  -F user_id=${quoted(session.user)} -F input_file=@${quoted(done.input)} -F expected_output_file=@${quoted(done.expected)}`,
    ] : [],
    done.converter ? [] : `JOB=${done.job}  # this page's, with all that was answered and corrected`,
    "# convert",
    'curl -s "$SERVICE/api/v1/inference/run" -H "X-API-KEY: $KEY" -H "Prefer: wait=60" \\',
    `  -F user_id=${quoted(session.user)} ${named} -F on_error=${done.onError} -F output_format=${done.format} -F input_file=@${quoted(file)}`,
    "RUN=…  # the job_id of the answer",
    `curl -s "$SERVICE/api/v1/${session.user}/$RUN/output" -H "X-API-KEY: $KEY" -o output.${done.format}`,
    done.onError === "reject" ? `curl -s "$SERVICE/api/v1/${session.user}/$RUN/rejects" -H "X-API-KEY: $KEY" -o rejects.csv` : [],
  ].flat().join("\n");
}

/** The conversion as Python, with httpx. */
export function python(done) {
  const which = done.converter ? `"converter": ${JSON.stringify(done.converter)}` : `"job_id": ${JSON.stringify(done.job)}`;
  return `import os

import httpx

with httpx.Client(base_url=${JSON.stringify(address())}, headers={"X-API-KEY": os.environ["KEY"]}, timeout=90) as service:
    with open(${JSON.stringify(done.file ?? "more.csv")}, "rb") as file:
        job = service.post(
            "/api/v1/inference/run",
            headers={"Prefer": "wait=60"},
            data={"user_id": ${JSON.stringify(session.user)}, ${which}, "on_error": "${done.onError}", "output_format": "${done.format}"},
            files={"input_file": file},
        ).raise_for_status().json()
    while job["status"] in ("queued", "running"):
        job = service.get(job["links"]["job"], headers={"Prefer": "wait=60"}).raise_for_status().json() | {"links": job["links"]}
    output = service.get(job["links"]["output"]).raise_for_status()
    with open("output.${done.format}", "wb") as file:
        file.write(output.content)
`;
}

/** Both, each with a button that copies it. */
export function snippets(done) {
  return h("details", { class: "snippets" }, h("summary", {}, "The same with curl or Python"),
    [["curl", curl(done)], ["Python", python(done)]].map(([name, code]) => [
      h("div", { class: "card-top" }, h("h4", {}, name), action("Copy", () => copy(code), { class: "quiet small", "aria-label": `Copy the ${name}` })),
      h("pre", { tabindex: "0", "aria-label": name }, code)]));
}

async function copy(code) {
  // Browsers give the clipboard to pages of HTTPS and of this machine only.
  if (!navigator.clipboard) throw new Error("This browser lets no page copy here; select the text and copy it.");
  await navigator.clipboard.writeText(code);
  say("Copied.");
}
