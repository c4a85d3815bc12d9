// A KV namespace in memory, for `make bench`: Miniflare's own takes longer over a `put` than the Worker
// takes over the whole request. Nothing expires.

const values = new Map();

const body = (bytes, type) => {
  if (type === "stream") return new Response(bytes).body;
  return type === "arrayBuffer" ? bytes.slice().buffer : new TextDecoder().decode(bytes);
};

const entry = (key, type) => {
  const { bytes, metadata } = values.get(key) ?? {};
  return { value: bytes ? body(bytes, type) : null, metadata: metadata ?? null, cacheStatus: null };
};

export default function () {
  return {
    get: async (key, type) => entry(key, type).value,
    getWithMetadata: async (key, type) => entry(key, type),
    put: async (key, value, options) => {
      values.clear(); // it is the last one that is asked for
      values.set(key, { bytes: new Uint8Array(value), metadata: options?.metadata });
    },
    delete: async (key) => void values.delete(key),
    list: async () => ({ keys: [...values.keys()].map((name) => ({ name })), list_complete: true }),
  };
}
