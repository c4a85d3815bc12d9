// The Worker on real workerd, offline: `node tools/stack.mjs`, driven by tools/stack.py.
//
// The first line of standard input is the order, one JSON object:
//
//   wrangler   wrangler.toml, parsed (by Python, whose standard library reads TOML)
//   root       the project's folder, which the paths in wrangler.toml start from
//   port       of the first worker; 0: any free one
//   state      the folder that keeps KV, or null: in memory
//   watch      true: start anew when the source or a file of [assets] changes
//   workers    one or more {name, vars, kv, ai, images, hosts}: the same source under other settings
//     vars       over [vars] of wrangler.toml
//     kv         "store", "memory" (fast, nothing expires), "failing" (every put is refused) or "none"
//     ai         the address of the stand-in for Workers AI, or null: no AI binding
//     images     the address of the stand-in for Cloudflare Images, or null: no IMAGES binding
//     hosts      {host: address}: where what it fetches from that host really is, for https and http alike
//
// The answer is one line on standard output, {"urls": {name: address}}, once all of them listen. What the
// Workers log goes to standard error. The end of standard input ends everything, so nothing outlives
// whoever started it, however that went.
//
// The first worker is served as on Cloudflare, the files of [assets] before it; each other one has a socket
// of its own and no files. Miniflare can put files before one worker only.

import { readdirSync, readFileSync, watch } from "node:fs";
import path from "node:path";
import readline from "node:readline";
import { Log, LogLevel, Miniflare } from "miniflare";

// The newest release of workerd that carries Pyodide inside is of this date; what it does not know yet it
// refuses. Later ones download Pyodide when they start.
const OFFLINE_DATE = "2024-11-06";
const OFFLINE_FLAGS = new Set(["python_workers", "nodejs_compat"]);

const HOST = "127.0.0.1";
const SETTLING_MS = 200;

// Files by the kind of module wrangler makes of them; it leaves all others out.
const MODULE_TYPES = { ".py": "PythonModule", ".txt": "Text", ".html": "Text", ".bin": "Data" };

const AI = "ai_binding";
const IMAGES = "images_binding";
const KV = { failing: "failing_kv", memory: "memory_kv" };

/** The options of Miniflare that the order asks for; workerd's output goes to `handleRuntimeStdio`. */
function miniflareOptions({ wrangler, root, port, state, workers }, handleRuntimeStdio) {
  const main = path.join(root, wrangler.main);
  const source = { modulesRoot: path.dirname(main), modules: modules(main) };
  const served = workers.map((worker) => ({ ...source, ...workerOptions(wrangler, worker) }));
  return {
    host: HOST,
    port,
    cf: false,
    kvPersist: state ? path.join(state, "kv") : false,
    log: new Log(LogLevel.WARN),
    handleRuntimeStdio,
    workers: [
      { ...served[0], ...assetOptions(wrangler, root) },
      ...served.slice(1),
      ...workers.filter(reroutes).map(outbound),
      ...[AI, IMAGES, ...Object.values(KV)].map(wrappedModule),
    ],
  };
}

/** The source beside the main module, the main module first. */
function modules(main) {
  const folder = path.dirname(main);
  return readdirSync(folder, { recursive: true })
    .map((name) => path.join(folder, name))
    .filter((file) => path.extname(file) in MODULE_TYPES)
    .sort((a, b) => (b === main) - (a === main))
    .map((file) => ({ type: MODULE_TYPES[path.extname(file)], path: file }));
}

function workerOptions(wrangler, worker) {
  const { name, vars, kv, ai, images } = worker;
  const namespaces = (wrangler.kv_namespaces ?? []).map(({ binding }) => binding);
  return {
    name,
    compatibilityDate: OFFLINE_DATE,
    compatibilityFlags: wrangler.compatibility_flags.filter((flag) => OFFLINE_FLAGS.has(flag)),
    bindings: { ...wrangler.vars, ...vars },
    kvNamespaces: kv === "store" ? Object.fromEntries(namespaces.map((it) => [it, `${name}-${it}`])) : {},
    wrappedBindings: {
      ...(KV[kv] && Object.fromEntries(namespaces.map((it) => [it, KV[kv]]))),
      ...(ai && { [wrangler.ai.binding]: { scriptName: AI, bindings: { base: ai } } }),
      ...(images && { IMAGES: { scriptName: IMAGES, bindings: { base: images } } }),
    },
    ...(reroutes(worker) && { outboundService: outboundName(worker) }),
    unsafeDirectSockets: [{ host: HOST, port: 0 }],
  };
}

function assetOptions(wrangler, root) {
  const { directory, html_handling, not_found_handling } = wrangler.assets;
  return {
    assets: {
      directory: path.join(root, directory),
      routingConfig: { has_user_worker: true },
      assetConfig: { html_handling, not_found_handling },
    },
  };
}

/** A binding written in JavaScript is, to Miniflare, one more worker, which only others can call. */
function wrappedModule(name) {
  return { name, modules: ownModule(name) };
}

/** What a worker fetches goes through another one where some of its hosts are elsewhere. */
function outbound(worker) {
  return { name: outboundName(worker), modules: ownModule("outbound"), bindings: { hosts: worker.hosts } };
}

const outboundName = ({ name }) => `${name}-outbound`;

const reroutes = ({ hosts }) => Object.keys(hosts).length > 0;

function ownModule(name) {
  const contents = readFileSync(new URL(`${name}.mjs`, import.meta.url), "utf8");
  return [{ type: "ESModule", path: `${name}.mjs`, contents }];
}

/** Show what workerd and the Workers print, without Pyodide's own two lines for each Worker it starts. */
function relay(stdout, stderr) {
  for (const stream of [stdout, stderr]) {
    readline.createInterface({ input: stream }).on("line", (line) => {
      if (!/^Load(ing|ed) $/.test(line)) console.error(line);
    });
  }
}

/** The address of each worker, by name. */
async function addresses(miniflare, workers) {
  const [first, ...others] = workers.map(({ name }) => name);
  const direct = others.map(async (name) => [name, await miniflare.unsafeGetDirectURL(name)]);
  const urls = [[first, await miniflare.ready], ...(await Promise.all(direct))];
  return Object.fromEntries(urls.map(([name, url]) => [name, url.origin]));
}

class Stack {
  #order;
  #miniflare;
  #exitsExpected = 0;

  constructor(order) {
    this.#order = order;
    this.#miniflare = new Miniflare(this.#options());
  }

  /** Say where the Workers are, and from then on start anew when a file changes. */
  async start() {
    const urls = await addresses(this.#miniflare, this.#order.workers);
    console.log(JSON.stringify({ urls }));
    if (this.#order.watch) this.#watch();
  }

  async end() {
    this.#exitsExpected += 1;
    await this.#miniflare.dispose();
  }

  #options() {
    return miniflareOptions(this.#order, (stdout, stderr) => {
      relay(stdout, stderr);
      // Miniflare itself does not notice.
      stdout.once("close", () => this.#exitsExpected || fail("workerd ended by itself."));
    });
  }

  #watch() {
    const { root, wrangler } = this.#order;
    let timer;
    const onChange = () => {
      clearTimeout(timer);
      timer = setTimeout(() => this.#reload(), SETTLING_MS);
    };
    watch(path.join(root, path.dirname(wrangler.main)), { recursive: true }, (_, name) => {
      if (path.extname(name ?? "") in MODULE_TYPES) onChange();
    });
    watch(path.join(root, wrangler.assets.directory), { recursive: true }, onChange);
  }

  /** Replace workerd by one with the files as they are now. */
  async #reload() {
    this.#exitsExpected += 1;
    try {
      await this.#miniflare.setOptions(this.#options());
      console.error("A file changed: started anew.");
    } catch (error) {
      console.error(`A file changed, and the Worker cannot start: ${error.message}`);
    } finally {
      this.#exitsExpected -= 1;
    }
  }
}

function fail(reason) {
  // Told to end, whatever was under way fails, as it must.
  if (!process.stdin.readableEnded) console.error(reason);
  process.exit(1);
}

let stack;
readline
  .createInterface({ input: process.stdin })
  .once("line", (line) => {
    stack = new Stack(JSON.parse(line));
    stack.start().catch((error) => fail(error.message));
  })
  .once("close", async () => {
    await stack?.end();
    process.exit();
  });
