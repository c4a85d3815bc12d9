import assert from "node:assert/strict";
import { scenario } from "../harness.mjs";

const card = (studio) => studio.page.locator("#stage .failure");

async function fails(studio, code, title) {
  await studio.write("A picture");
  await studio.page.locator("#draw").click();
  await card(studio).waitFor({ timeout: 15_000 });
  assert.equal(await card(studio).getAttribute("data-code"), code);
  assert.equal(await card(studio).locator("h3").innerText(), title);
  assert.ok(await studio.page.locator("#draw").isVisible());
}

/** Order the fault, draw, and see it told in the reader's words with the server's own beneath. */
async function upstream(studio, fault, times, code, title) {
  await studio.signIn();
  await studio.fault(fault, { times });
  await fails(studio, code, title);
  await card(studio).locator("summary").click();
  assert.match(await card(studio).locator("details .hint").innerText(), new RegExp(code));
}

scenario("the safety filter's refusal is explained", async (studio) => {
  await upstream(studio, "3030", 1, "content_policy_violation", "The safety filter refused this prompt");
  await studio.page.getByRole("button", { name: "Change the prompt" }).click();
  assert.ok(await studio.page.locator(".prompt").evaluate((it) => it === document.activeElement));
});

scenario("used up neurons are explained", (studio) =>
  upstream(studio, "3036", 1, "insufficient_quota", "Today’s free neurons are used up"),
);

scenario("too many requests are explained", (studio) =>
  upstream(studio, "429", 2, "rate_limit_exceeded", "Too many pictures in a short time"),
);

scenario("a lack of capacity is explained, and trying again draws", async (studio) => {
  await upstream(studio, "3040", 3, "capacity_exceeded", "No free machine for this model at the moment");
  await studio.page.getByRole("button", { name: "Try again" }).click();
  await studio.drawn();
});

scenario("a slow model is explained", (studio) =>
  upstream(studio, "3007", 2, "upstream_timeout", "The model took too long"),
);

scenario("an answer that is no picture is explained", (studio) =>
  upstream(studio, "html-200", 1, "upstream_error", "Workers AI failed to draw the picture"),
);

scenario("a model that the account may not use is explained", (studio) =>
  upstream(studio, "5018", 1, "permission_denied", "This account may not use the model"),
);

scenario("refused credentials of the service are explained", (studio) =>
  upstream(studio, "10000", 1, "configuration_error", "Cloudflare refused the service’s credentials"),
);

scenario("one failure of two stands beside the picture", async (studio) => {
  await studio.signIn();
  await studio.page.getByRole("button", { name: "One picture more" }).click();
  await studio.fault("3030");
  await studio.write("Two pictures");
  await studio.draw();
  assert.equal(await card(studio).count(), 1);
});

scenario("a wrong key is refused at once and when drawing", async (studio) => {
  const { page } = studio;
  await studio.signIn("wrong");
  await page.getByText("The key was refused").waitFor();
  assert.ok(await page.locator("#welcome .key").isVisible());
  await studio.signIn();
  await page.evaluate(() => localStorage.setItem("flux-studio-key", "changed-meanwhile"));
  await fails(studio, "invalid_api_key", "The key was refused");
  await card(studio).getByRole("button", { name: "Enter the key" }).click();
  await page.waitForFunction(() => document.activeElement?.name === "key");
});

scenario("drawing without a key or a prompt says what is missing", async (studio) => {
  const { page } = studio;
  await page.locator("#draw").click();
  await page.waitForFunction(() => document.activeElement?.name === "key");
  await studio.signIn();
  await page.locator("#draw").click();
  assert.equal(await studio.text("#prompt-problem"), "Write what shall be drawn.");
  assert.ok(await page.locator(".prompt").evaluate((it) => it === document.activeElement));
});

scenario("a service out of reach is explained", async (studio) => {
  await studio.signIn();
  await studio.page.route("**/v1/images/generations", (route) => route.abort());
  await fails(studio, "network", "The service cannot be reached");
});

scenario("a connection that breaks off is explained", async (studio) => {
  await studio.signIn();
  const headers = { "content-type": "text/event-stream" };
  await studio.page.route("**/v1/images/generations", (route) =>
    route.fulfill({ headers, body: ": keep-alive\n\n" }),
  );
  await fails(studio, "interrupted", "The connection broke off");
});

scenario(
  "a service that is not set up says what is missing and what mends it",
  { site: "bare" },
  async (studio) => {
    const { page } = studio;
    await page.locator("#setup-dot.bad").waitFor();
    await studio.signIn("any");
    await page.getByText("The service is not set up yet").waitFor();
    await studio.go("setup");
    const red = page.locator(".check.bad");
    await red.first().waitFor();
    const text = (await red.allInnerTexts()).join("\n");
    assert.match(text, /no key, so it is closed[\s\S]*npx wrangler secret put API_KEY/);
    assert.match(text, /Workers AI is not connected[\s\S]*binding = "AI"[\s\S]*npx wrangler deploy/);
    assert.match(text, /Nothing is stored[\s\S]*binding = "FLUX_CF_KV"/);
    assert.match(text, /IMAGE_EXPIRATION cannot be used/);
    await red.first().getByRole("button", { name: "Copy" }).click();
    await page.getByText("Copied.").waitFor();
    assert.equal(
      await page.evaluate(() => navigator.clipboard.readText()),
      "npx wrangler secret put API_KEY",
    );
    await studio.shot("setup-missing", { fullPage: true });
  },
);
