// The `AI` binding of the local stack: Cloudflare's present one, as a Worker sees it, towards a stand-in.
//
// The class built into the offline workerd is of 2024: it turns a multipart input into `{"body": {}}` and
// does not know `returnRawResponse`. This one speaks the wire of `POST /run?version=3`. It leaves out what
// the Worker does not use: websockets, models(), gateway(), toMarkdown().

const SDK_VERSION = "2.0.0";

/** What the caller did wrong; nothing was sent. */
class AiInternalError extends Error {
  name = "AiInternalError";
}

/** What the model's side answered; `name` is its own word, as `AiError`. */
class InferenceUpstreamError extends Error {
  constructor(message, name = "InferenceUpstreamError") {
    super(message);
    this.name = name;
  }
}

class Ai {
  #base;

  constructor(base) {
    this.#base = base;
  }

  /** Answer a JSON object, a stream of any other kind of bytes, or with `returnRawResponse` the Response. */
  async run(model, inputs, options = {}) {
    const { prefix, extraHeaders, sessionOptions, signal, ...sent } = options;
    const { path, query, body, contentType } = call(inputs, sent);
    const response = await fetch(`${this.#base}${path}?${new URLSearchParams(query)}`, {
      method: "POST",
      body,
      duplex: "half", // Node wants it for a body that is a stream
      headers: {
        ...sessionOptions?.extraHeaders,
        ...extraHeaders,
        "content-type": contentType,
        "cf-consn-sdk-version": SDK_VERSION,
        "cf-consn-model-id": prefix ? `${prefix}:${model}` : model,
      },
      signal,
    });
    return options.returnRawResponse ? response : answer(response);
  }
}

/** The request for these inputs: JSON, or the one stream among them as the body itself. */
function call(inputs, options) {
  const streamed = Object.keys(inputs).filter((key) => carriesStream(inputs[key]));
  if (streamed.length > 1) {
    const keys = streamed.join(", ");
    throw new AiInternalError(`Multiple ReadableStreams are not supported. Found streams in keys: [${keys}]`);
  }
  return streamed.length === 1 ? streamCall(inputs, streamed[0], options) : jsonCall(inputs, options);
}

function jsonCall(inputs, options) {
  return {
    path: options.gateway?.id ? "/ai-gateway/run" : "/run",
    query: { version: "3" },
    body: JSON.stringify({ inputs, options }),
    contentType: "application/json",
  };
}

function streamCall(inputs, streamed, options) {
  const { [streamed]: stream, ...others } = inputs;
  if (options.gateway?.id) {
    throw new AiInternalError("AI Gateway does not support ReadableStreams yet.");
  }
  if (!stream.contentType) {
    throw new AiInternalError("Content-Type is required with ReadableStream inputs");
  }
  return {
    path: "/run",
    query: { ...options, version: "3", userInputs: JSON.stringify(others) },
    body: stream.body,
    contentType: stream.contentType,
  };
}

function carriesStream(value) {
  return [value, value?.body].some((part) => part instanceof ReadableStream || part instanceof FormData);
}

async function answer(response) {
  if (!response.ok || !response.body) {
    throw upstreamError(await response.text());
  }
  // Exactly so: "application/json; charset=utf-8" comes back as a stream, as it does on Cloudflare.
  return response.headers.get("content-type") === "application/json" ? response.json() : response.body;
}

function upstreamError(text) {
  const { internalCode, description, name, errors } = parsed(text);
  if (internalCode) {
    return new InferenceUpstreamError(`${internalCode}: ${description}`, name);
  }
  return new InferenceUpstreamError(errors?.[0] ? `${errors[0].code}: ${errors[0].message}` : text);
}

function parsed(text) {
  try {
    return JSON.parse(text) ?? {};
  } catch {
    return {};
  }
}

/** Make the binding; `env.base` is the stand-in's address. */
export default function (env) {
  return new Ai(env.base);
}
