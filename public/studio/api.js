/** The service, as the studio asks it. Every failure comes out as a `Failure` with the API's own code. */

import { events } from "./events.js";
import { key } from "./state.js";

/** What went wrong: *code* is the API's, or `network`, `interrupted`, `no_key` of our own. */
export class Failure extends Error {
  constructor(code, message = "", { status = null, requestId = null, param = null } = {}) {
    super(message);
    Object.assign(this, { code, status, requestId, param });
  }
}

/** Ask `/health`; needs no key, and an answer of 503 is an answer too. */
export async function health() {
  const response = await reach("/health", { cache: "no-store" });
  const report = await response.json().catch(() => null);
  if (!report?.runtime) throw await failureOf(response, report);
  return report;
}

/** List the models. */
export async function models() {
  return (await (await ask("/v1/models")).json()).data;
}

/** List a page of what is stored. */
export async function stored(cursor) {
  const query = new URLSearchParams({ limit: "12", ...(cursor && { cursor }) });
  return (await ask(`/v1/images?${query}`, { cache: "no-store" })).json();
}

/** Answer how many seconds the server still keeps a picture; 0 where it is gone. */
export async function secondsLeft(pictureKey) {
  const response = await reach(`/image/${pictureKey}`, { method: "HEAD", cache: "no-store" });
  const age = /max-age=(\d+)/.exec(response.headers.get("cache-control"));
  return response.ok && age ? Number(age[1]) : 0;
}

/** Remove a stored picture; one that is gone already counts as removed. */
export async function remove(pictureKey) {
  try {
    await ask(`/v1/images/${encodeURIComponent(pictureKey)}`, { method: "DELETE" });
  } catch (failure) {
    if (failure.code !== "not_found") throw failure;
  }
}

/**
 * Draw: give each picture's event as it comes. *fields* are the API's; *files* are reference pictures.
 * Where some pictures fail beside others, `{failure}` is given for each; where all do, the first is thrown.
 */
export async function* draw(fields, files, signal) {
  const response = await ask(files.length ? "/v1/images/edits" : "/v1/images/generations", {
    method: "POST",
    signal,
    ...(files.length ? { body: form(fields, files) } : json(fields)),
  });
  const requestId = response.headers.get("x-request-id");
  let drawn = 0;
  const failures = [];
  try {
    for await (const event of events(response.body)) {
      if (event.error) {
        failures.push(read(event.error, { requestId }));
      } else if (event.type?.endsWith(".completed")) {
        drawn += 1;
        yield { picture: event };
      }
    }
  } catch (error) {
    if (signal.aborted) throw error;
    failures.push(new Failure("interrupted", String(error.message), { requestId }));
  }
  if (!drawn) throw failures[0] ?? new Failure("interrupted", "", { requestId });
  for (const failure of failures) yield { failure };
}

const json = (fields) => ({
  body: JSON.stringify({ ...fields, stream: true }),
  headers: { "content-type": "application/json" },
});

function form(fields, files) {
  const body = new FormData();
  for (const [name, value] of Object.entries({ ...fields, stream: true })) {
    body.append(name, typeof value === "object" ? JSON.stringify(value) : String(value));
  }
  for (const file of files) body.append("image[]", file);
  return body;
}

async function ask(path, init = {}) {
  if (!key.get()) throw new Failure("no_key");
  const headers = { ...init.headers, authorization: `Bearer ${key.get()}` };
  const response = await reach(path, { ...init, headers });
  if (!response.ok) throw await failureOf(response, await response.json().catch(() => null));
  return response;
}

async function reach(path, init) {
  try {
    return await fetch(path, init);
  } catch (error) {
    if (init.signal?.aborted) throw error;
    throw new Failure("network", String(error.message));
  }
}

async function failureOf(response, body) {
  const about = { status: response.status, requestId: response.headers.get("x-request-id") };
  return body?.error ? read(body.error, about) : new Failure("upstream_error", response.statusText, about);
}

const read = ({ code, message, param }, about) =>
  new Failure(code ?? "internal_error", message, { ...about, param });
