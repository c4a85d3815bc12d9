// A KV namespace that holds nothing and takes nothing: what the Worker meets when KV is out of order.

const refuse = async () => {
  throw new Error("KV PUT failed: 503 Service Unavailable");
};

export default function () {
  return {
    get: async () => null,
    getWithMetadata: async () => ({ value: null, metadata: null, cacheStatus: null }),
    list: async () => ({ keys: [], list_complete: true, cacheStatus: null }),
    put: refuse,
    delete: refuse,
  };
}
