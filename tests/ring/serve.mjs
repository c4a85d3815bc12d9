// The third ring: the Worker's source in npm's `pyodide` under Node: production's Python, though not workerd.
//
// It is driven as tools/stack.mjs is. The first line of standard input is the order, one JSON object
// {root, workers: [{name, vars, kv, ai, images, hosts}]}; the answer one line, {"urls": {name: address}}; the end of
// standard input ends it. Beside the Worker's own paths, `/.ring/kv` lists what its KV namespace holds.

import { createServer } from "node:http";
import path from "node:path";
import readline from "node:readline";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { loadPyodide } from "pyodide";
import makeAi from "../../tools/ai_binding.mjs";
import makeFailingKv from "../../tools/failing_kv.mjs";
import makeImages from "../../tools/images_binding.mjs";
import { StrictKv } from "./strict_kv.mjs";

const HOST = "127.0.0.1";
const LISTING = "/.ring/kv";
const KV = { store: () => new StrictKv(), failing: makeFailingKv, none: () => undefined };

// Each Worker gets modules of its own, and so a state of its own, as an isolate would give it; another
// interpreter for each would take a second longer.
const FRESH_ENTRY = `
import sys

if "/worker" not in sys.path:
    sys.path.insert(0, "/worker")
for name in [name for name in sys.modules if name.partition(".")[0] in ("entry", "flux")]:
    del sys.modules[name]
import entry

entry.on_fetch
`;

// Hosts that are elsewhere, those of all Workers together: they share one `fetch`.
const hosts = new Map();

// Node wants `duplex` wherever a body is a stream; workerd does not ask for it.
const nodeFetch = globalThis.fetch;
globalThis.fetch = (input, init) =>
  nodeFetch(placed(input), init?.body instanceof ReadableStream ? { ...init, duplex: "half" } : init);

function placed(input) {
  const { hostname, pathname, search } = new URL(input);
  return hosts.has(hostname) ? `${hosts.get(hostname)}${pathname}${search}` : input;
}

/** Python, with the Worker's source in it. */
async function loadPython(root) {
  const say = (line) => console.error(line);
  const env = { PYTHONDONTWRITEBYTECODE: "1" };
  const pyodide = await loadPyodide({ stdout: say, stderr: say, env });
  pyodide.mountNodeFS("/worker", path.join(root, "src"));
  return pyodide;
}

function environment({ vars, kv, ai, images }) {
  const namespace = KV[kv]();
  return {
    ...vars,
    ...(namespace && { FLUX_CF_KV: namespace }),
    ...(ai && { AI: makeAi({ base: ai }) }),
    ...(images && { IMAGES: makeImages({ base: images }) }),
  };
}

/** Serve one Worker, and answer its name and address. */
async function serve(pyodide, worker) {
  const onFetch = pyodide.runPython(FRESH_ENTRY);
  const env = environment(worker);
  for (const [host, address] of Object.entries(worker.hosts)) hosts.set(host, address);
  // What is under way keeps itself alive here; the promise is only heard out, as the runtime does.
  const context = { waitUntil: (promise) => void Promise.resolve(promise).catch(console.error) };
  const server = createServer(async (incoming, outgoing) => {
    try {
      const request = requestOf(incoming);
      const listed = new URL(request.url).pathname === LISTING;
      await send(listed ? Response.json(await env.FLUX_CF_KV.list()) : await onFetch(request, env, context), outgoing);
    } catch (error) {
      console.error(error);
      outgoing.destroy();
    }
  });
  await new Promise((resolve) => server.listen(0, HOST, resolve));
  return [worker.name, `http://${HOST}:${server.address().port}`];
}

function requestOf(incoming) {
  const { method, headers, url } = incoming;
  const bodiless = method === "GET" || method === "HEAD";
  const body = bodiless ? {} : { body: Readable.toWeb(incoming), duplex: "half" };
  return new Request(`http://${headers.host}${url}`, { method, headers, ...body });
}

async function send(response, outgoing) {
  outgoing.writeHead(response.status, Object.fromEntries(response.headers));
  if (!response.body) return outgoing.end();
  outgoing.flushHeaders();
  // A client that leaves cancels the body, and no more.
  await pipeline(Readable.fromWeb(response.body), outgoing).catch(() => outgoing.destroy());
}

readline
  .createInterface({ input: process.stdin })
  .once("line", async (line) => {
    const { root, workers } = JSON.parse(line);
    const pyodide = await loadPython(root);
    const urls = await Promise.all(workers.map((worker) => serve(pyodide, worker)));
    console.log(JSON.stringify({ urls: Object.fromEntries(urls) }));
  })
  .once("close", () => process.exit());
