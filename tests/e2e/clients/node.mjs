// Clients of Node, as apps use them, driven by tests/e2e/clients/driving.py.
//
// Each line of standard input is one order, {client, act, url, key, args}; each is answered by one line:
// {"ok": what came of it} or {"error": {name, status, code}}.

import readline from "node:readline";
import { createOpenAI } from "@ai-sdk/openai";
import { createOpenAICompatible } from "@ai-sdk/openai-compatible";
import { generateImage, generateText, streamText } from "ai";
import OpenAI, { APIError, toFile } from "openai";

const MIME = "image/png";

const bytesOf = (base64) => Buffer.from(base64, "base64");
const shown = ({ url = null, b64_json = null }) => ({ url, base64: b64_json });

/** OpenAI's own. */
function official({ url, key }) {
  const client = new OpenAI({ baseURL: url, apiKey: key, maxRetries: 0 });
  const collect = async (stream) => {
    const events = [];
    for await (const event of await stream) events.push(event);
    return events;
  };
  return {
    generate: async (args) => (await client.images.generate(args)).data.map(shown),
    async edit({ pictures, ...args }) {
      const image = pictures.map((it, at) => toFile(bytesOf(it), `${at}.png`, { type: MIME }));
      return (await client.images.edit({ ...args, image: await Promise.all(image) })).data.map(shown);
    },
    streamImages: (args) => collect(client.images.generate({ ...args, stream: true })),
    chat: async (args) => (await client.chat.completions.create(args)).choices[0].message.content,
    async streamChat(args) {
      const chunks = await collect(client.chat.completions.create({ ...args, stream: true }));
      return chunks.flatMap(({ choices }) => choices.map(({ delta }) => delta.content ?? "")).join("");
    },
    models: async () => (await client.models.list()).data.map(({ id }) => id),
    model: async ({ model }) => (await client.models.retrieve(model)).id,
  };
}

/** The AI SDK with one of its providers. */
function aiSdk(provider) {
  const generate = async ({ model, prompt, ...args }) => {
    const { images } = await generateImage({ model: provider.imageModel(model), prompt, maxRetries: 0, ...args });
    return images.map(({ base64 }) => ({ url: null, base64 }));
  };
  // Chat here is /chat/completions; the OpenAI provider's default would be /responses.
  const talk = ({ model, messages }) => ({
    model: (provider.chat ?? provider.chatModel)(model),
    messages,
    maxRetries: 0,
    onError: () => {},
  });
  return {
    generate,
    edit: ({ pictures, prompt, ...args }) =>
      generate({ ...args, prompt: { text: prompt, images: pictures.map(bytesOf) } }),
    chat: async (args) => (await generateText(talk(args))).text,
    streamChat: async (args) => streamText(talk(args)).text,
  };
}

const CLIENTS = {
  openai: official,
  "ai-sdk-openai": ({ url, key }) => aiSdk(createOpenAI({ baseURL: url, apiKey: key })),
  "ai-sdk-compatible": ({ url, key }) =>
    aiSdk(createOpenAICompatible({ name: "flux", baseURL: url, apiKey: key })),
};

function told(error) {
  if (error instanceof APIError) {
    return { name: error.constructor.name, status: error.status, code: error.code };
  }
  const { name, statusCode, responseBody } = error;
  return statusCode ? { name, status: statusCode, code: JSON.parse(responseBody).error.code } : { name: String(error) };
}

async function answer({ client, act, args, ...where }) {
  try {
    return { ok: await CLIENTS[client](where)[act](args) };
  } catch (error) {
    return { error: told(error) };
  }
}

globalThis.AI_SDK_LOG_WARNINGS = false;
for await (const line of readline.createInterface({ input: process.stdin })) {
  console.log(JSON.stringify(await answer(JSON.parse(line))));
}
