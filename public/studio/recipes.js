/** Ready settings for the apps people connect, by this page's own address. */

/** The apps, in the order shown. */
export const APPS = {
  nextchat: "NextChat",
  chatbox: "Chatbox",
  openwebui: "Open WebUI",
  cherry: "Cherry Studio",
  librechat: "LibreChat",
  python: "Python",
  node: "Node.js",
  curl: "curl",
};

/**
 * Answer an app's settings: *where* names the text that says where they go, *rows* are pairs of a label's
 * name and a value, *code* is a file or a program. *model* is the short id to show.
 */
export function recipeOf(app, { origin, key, model }) {
  return RECIPES[app]({ origin, base: `${origin}/v1`, key, model });
}

const RECIPES = {
  nextchat: ({ origin, key, model }) => ({
    where: "connect.nextchat",
    rows: [
      ["connect.address", origin],
      ["connect.key", key],
      ["connect.models", `-all,+${model}@OpenAI`],
    ],
    code: `BASE_URL=${origin}\nOPENAI_API_KEY=${key}\nCUSTOM_MODELS=-all,+${model}@OpenAI\nDEFAULT_MODEL=${model}`,
    codeTitle: "connect.environment",
  }),
  chatbox: ({ origin, key, model }) => ({
    where: "connect.chatbox",
    rows: [
      ["connect.address", origin],
      ["connect.key", key],
      ["connect.models", model],
    ],
  }),
  openwebui: ({ base, key, model }) => ({
    where: "connect.openwebui",
    rows: [
      ["connect.address", base],
      ["connect.key", key],
    ],
    code: [
      `OPENAI_API_BASE_URL=${base}`,
      `OPENAI_API_KEY=${key}`,
      "ENABLE_IMAGE_GENERATION=true",
      "IMAGE_GENERATION_ENGINE=openai",
      `IMAGES_OPENAI_API_BASE_URL=${base}`,
      `IMAGES_OPENAI_API_KEY=${key}`,
      `IMAGE_GENERATION_MODEL=${model}`,
      "IMAGE_SIZE=1024x1024",
    ].join("\n"),
    codeTitle: "connect.environment",
  }),
  cherry: ({ origin, key, model }) => ({
    where: "connect.cherry",
    rows: [
      ["connect.address", origin],
      ["connect.key", key],
      ["connect.models", model],
    ],
  }),
  librechat: ({ base, key, model }) => ({
    where: "connect.librechat",
    rows: [],
    code: `endpoints:
  custom:
    - name: "Flux API"
      apiKey: "${key}"
      baseURL: "${base}"
      models:
        default: ["${model}"]
        fetch: true
      titleConvo: false`,
    codeTitle: "connect.librechatFile",
  }),
  python: ({ base, key, model }) => ({
    where: "connect.python",
    rows: [],
    code: `import base64
from pathlib import Path

from openai import OpenAI

client = OpenAI(base_url="${base}", api_key="${key}")
answer = client.images.generate(
    model="${model}",
    prompt="A lighthouse in a storm",
    size="1024x1024",
)
Path("lighthouse.jpg").write_bytes(base64.b64decode(answer.data[0].b64_json))`,
  }),
  node: ({ base, key, model }) => ({
    where: "connect.node",
    rows: [],
    code: `import { writeFile } from "node:fs/promises";
import OpenAI from "openai";

const client = new OpenAI({ baseURL: "${base}", apiKey: "${key}" });
const answer = await client.images.generate({
  model: "${model}",
  prompt: "A lighthouse in a storm",
  size: "1024x1024",
});
await writeFile("lighthouse.jpg", Buffer.from(answer.data[0].b64_json, "base64"));`,
  }),
  curl: ({ base, key, model }) => ({
    where: "connect.curl",
    rows: [],
    code: `curl ${base}/images/generations \\
  -H "Authorization: Bearer ${key}" \\
  -H "Content-Type: application/json" \\
  -d '{"model":"${model}","prompt":"A lighthouse in a storm","response_format":"url"}'`,
  }),
};
