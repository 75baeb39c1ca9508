// The REST API, asked from this tab. The key is in the tab's own storage only, and goes nowhere but to this service.

const ROOT = new URL("../../api/v1/", import.meta.url);
const KEY = "csv-converter-key";
const USER = "csv-converter-user";
const BUSY_TRIES = 6;

export const session = {
  get key() { return sessionStorage.getItem(KEY); },
  get user() { return sessionStorage.getItem(USER); },
  open(key, user) {
    sessionStorage.setItem(KEY, key);
    sessionStorage.setItem(USER, user);
  },
  close() {
    sessionStorage.removeItem(KEY);
    sessionStorage.removeItem(USER);
  },
};

/** What the service refused, told as it tells it (RFC 9457). `body` is all that it said. */
export class Refused extends Error {
  constructor(status, body) {
    super(told(status, body));
    this.status = status;
    this.body = body;
  }
}

function told(status, body) {
  const detail = body?.detail;
  if (Array.isArray(detail)) {
    return detail.map(({ loc = [], msg }) => [loc.filter((part) => part !== "body").join(" "), msg].filter(Boolean).join(": ")).join("; ");
  }
  return detail || body?.title || `The service answered ${status}.`;
}

/** Who is told when the key does not hold, so that it can be asked for anew. */
export const keyRefused = new EventTarget();

/** One request; the answer as it came. Comes again where the service says that it is busy. Throws `Refused`. */
export async function ask(method, path, { json, form, headers = {}, signal } = {}) {
  const sent = { "X-API-KEY": session.key ?? "", ...headers };
  if (json !== undefined) sent["Content-Type"] = "application/json";
  const body = json === undefined ? form : JSON.stringify(json);
  for (let attempt = 1; ; attempt += 1) {
    const response = await reached(new URL(path, ROOT), { method, headers: sent, body, signal });
    if (response.ok) return response;
    const answer = await response.json().catch(() => null);
    if (response.status === 401 || (response.status === 403 && /right key|expired/.test(answer?.detail ?? ""))) {
      keyRefused.dispatchEvent(new Event("refused"));
    }
    if (response.status !== 503 || attempt === BUSY_TRIES) throw new Refused(response.status, answer);
    await pause(Number(response.headers.get("Retry-After") ?? 1));
  }
}

async function reached(address, request) {
  try {
    return await fetch(address, { cache: "no-store", ...request });
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new Error("The service cannot be reached. Is it running, and are you online?");
  }
}

const pause = (seconds) => new Promise((resolve) => { setTimeout(resolve, Math.min(seconds, 10) * 1000); });

export const getJson = async (path, options) => (await ask("GET", path, options)).json();
export const postJson = async (path, json, options = {}) => (await ask("POST", path, { json, ...options })).json();

/** The path of one of the user's jobs. */
export const jobPath = (jobId, rest = "") => `${encodeURIComponent(session.user)}/${encodeURIComponent(jobId)}${rest}`;
export const converterPath = (name = null, rest = "") =>
  `${encodeURIComponent(session.user)}/converters${name === null ? "" : `/${encodeURIComponent(name)}`}${rest}`;
export const userPath = (rest) => `users/${encodeURIComponent(session.user)}/${rest}`;

/** A form with these fields; files go as they are, what is null is left out. */
export function formOf(fields) {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) {
    if (value === null || value === undefined || value === "") continue;
    if (value instanceof Blob) form.append(name, value, value.name ?? "input.csv");
    else form.append(name, String(value));
  }
  return form;
}

/** Follows a job by its events until it has ended; `seen` gets each one. Gives the job's record. */
export async function ended(jobId, seen = () => {}) {
  let last = null;
  for (let broken = 0; broken < BUSY_TRIES;) {
    const headers = last === null ? {} : { "Last-Event-ID": last };
    try {
      const response = await ask("GET", jobPath(jobId, "/events"), { headers });
      if (response.status === 204) break;
      let isOver = false;
      for await (const event of eventsOf(response.body)) {
        last = event.id ?? last;
        if (event.data) seen(event.data);
        // The service ends the stream behind its last event; to break off here would be told as a failed request.
        isOver ||= event.type === "end";
      }
      if (isOver) break;
    } catch (error) {
      if (error instanceof Refused) throw error;
    }
    broken += 1;
    await pause(1);
  }
  return getJson(jobPath(jobId), { headers: { Prefer: "wait=60" } });
}

/** The server-sent events of a stream, parsed (WHATWG HTML, 9.2.6). `EventSource` cannot send a key. */
async function* eventsOf(stream) {
  const reader = stream.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  try {
    for (;;) {
      const { value, done } = await reader.read();
      if (done) return;
      text += value.replaceAll("\r\n", "\n");
      const blocks = text.split("\n\n");
      text = blocks.pop();
      for (const block of blocks) yield eventOf(block);
    }
  } finally {
    await reader.cancel().catch(() => {});
  }
}

function eventOf(block) {
  const fields = {};
  for (const line of block.split("\n")) {
    const at = line.indexOf(":");
    if (at > 0) fields[line.slice(0, at)] = line.slice(at + 1).trimStart();
  }
  return { id: fields.id, type: fields.event, data: fields.data ? JSON.parse(fields.data) : null };
}
