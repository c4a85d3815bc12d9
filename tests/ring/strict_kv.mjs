// A KV namespace in memory that refuses what Cloudflare's refuses.
// https://developers.cloudflare.com/kv/platform/limits/

const MAX_KEY = 512;
const MAX_METADATA = 1024;
const MAX_VALUE = 25 * 2 ** 20;
const MIN_SECONDS = 60;
const MAX_LISTED = 1000;

const bytesOf = (text) => new TextEncoder().encode(text);

const TYPES = {
  text: (bytes) => new TextDecoder().decode(bytes),
  json: (bytes) => JSON.parse(new TextDecoder().decode(bytes)),
  arrayBuffer: (bytes) => bytes.slice().buffer,
  stream: (bytes) => new Blob([bytes]).stream(),
};

function refuse(method, status, reason) {
  throw new Error(`KV ${method} failed: ${status} ${reason}`);
}

function storable(value) {
  if (typeof value === "string") return bytesOf(value);
  if (value instanceof ArrayBuffer) return new Uint8Array(value.slice());
  if (ArrayBuffer.isView(value)) {
    return new Uint8Array(value.buffer.slice(value.byteOffset, value.byteOffset + value.byteLength));
  }
  throw new TypeError("KV put() accepts only strings, ArrayBuffers, ArrayBufferViews, and ReadableStreams");
}

export class StrictKv {
  #entries = new Map();

  async put(key, value, { expirationTtl, metadata = null } = {}) {
    checkKey("PUT", key);
    const bytes = storable(value);
    if (bytes.length > MAX_VALUE) refuse("PUT", 413, `Value length of ${bytes.length} exceeds limit`);
    if (expirationTtl !== undefined && !(Number.isInteger(expirationTtl) && expirationTtl >= MIN_SECONDS)) {
      refuse("PUT", 400, `Invalid expiration_ttl of ${expirationTtl}. Must be at least ${MIN_SECONDS}.`);
    }
    const written = JSON.stringify(metadata);
    const length = bytesOf(written).length;
    if (length > MAX_METADATA) refuse("PUT", 413, `Metadata length of ${length} exceeds limit`);
    const expires = expirationTtl === undefined ? Infinity : Date.now() + expirationTtl * 1000;
    this.#entries.set(key, { bytes, written, expires });
  }

  async get(key, type = "text") {
    return (await this.getWithMetadata(key, type)).value;
  }

  async getWithMetadata(key, type = "text") {
    checkKey("GET", key);
    const entry = this.#living(key);
    if (!entry) return { value: null, metadata: null, cacheStatus: null };
    return { value: TYPES[type](entry.bytes), metadata: JSON.parse(entry.written), cacheStatus: null };
  }

  async list({ prefix = "", limit = MAX_LISTED, cursor = "" } = {}) {
    if (!(Number.isInteger(limit) && limit > 0 && limit <= MAX_LISTED)) {
      refuse("GET", 400, `Invalid key_count_limit of ${limit}. Must be from 1 to ${MAX_LISTED}.`);
    }
    const last = atob(cursor);
    const names = [...this.#entries.keys()].filter((name) => name.startsWith(prefix) && this.#living(name));
    const left = names.sort().filter((name) => name > last);
    const keys = left.slice(0, limit).map((name) => {
      const { written, expires } = this.#entries.get(name);
      const expiration = Number.isFinite(expires) ? { expiration: Math.floor(expires / 1000) } : {};
      return { name, ...expiration, metadata: JSON.parse(written) };
    });
    const complete = left.length <= limit;
    return { keys, list_complete: complete, ...(complete ? {} : { cursor: btoa(keys.at(-1).name) }), cacheStatus: null };
  }

  async delete(key) {
    checkKey("DELETE", key);
    this.#entries.delete(key);
  }

  #living(key) {
    const entry = this.#entries.get(key);
    return entry && entry.expires > Date.now() ? entry : undefined;
  }
}

function checkKey(method, key) {
  const length = bytesOf(key).length;
  if (!length || length > MAX_KEY) refuse(method, 414, `UTF-8 encoded length of ${length} is out of bounds`);
}
