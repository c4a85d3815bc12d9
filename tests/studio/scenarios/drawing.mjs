import assert from "node:assert/strict";
import { scenario } from "../harness.mjs";

scenario("a picture is drawn with a key that was typed", async (studio) => {
  const { page } = studio;
  assert.match(await studio.text("#welcome"), /Enter your key/);
  await studio.signIn();
  assert.equal(await page.locator("#welcome section").count(), 0);
  await studio.write("A lighthouse in a storm");
  assert.match(await studio.text("#cost"), /57\.6 neurons/);
  await studio.draw();
  const size = await page
    .locator("#stage .card img")
    .evaluate((img) => [img.naturalWidth, img.naturalHeight]);
  assert.deepEqual(size, [1024, 1024]);
  assert.match(await studio.text("#stage .meta"), /1024 × 1024/);
  assert.match(await studio.text("#stage .meta"), /57\.6 neurons/);
  const [call] = await studio.calls();
  assert.equal(call.inputs.prompt, "A lighthouse in a storm");
});

scenario("the key is in this browser only and can be forgotten", async (studio) => {
  const { page } = studio;
  await studio.signIn();
  assert.equal(await page.evaluate(() => localStorage.getItem("flux-studio-key")), studio.key);
  assert.ok(!page.url().includes(studio.key));
  assert.ok(!(await page.evaluate(() => document.documentElement.outerHTML)).includes(studio.key));
  await page.reload();
  await page.waitForFunction(() => document.querySelectorAll("#model option").length > 1);
  await studio.go("setup");
  await page.getByRole("button", { name: "Forget the key" }).click();
  assert.equal(await page.evaluate(() => localStorage.getItem("flux-studio-key")), null);
  assert.match(await studio.text("#setup"), /No key entered/);
});

scenario("several pictures are drawn with live progress", async (studio) => {
  const { page } = studio;
  await studio.signIn();
  await studio.model("FLUX.2 [klein] 4B");
  await page.locator("label.tile", { hasText: "16:9" }).click();
  await page.getByRole("button", { name: "One picture more" }).click();
  await page.getByRole("button", { name: "One picture more" }).click();
  await studio.write("Three ships");
  await studio.control({ faults: [{ delay: 0.3 }, { delay: 1.1 }, { delay: 1.9 }] });
  await page.locator("#draw").click();
  await page.getByText("Drawing 1 of 3").first().waitFor();
  assert.match(await studio.text(".elapsed"), /\d\.\d s/);
  await page.waitForFunction(
    () =>
      /2 of 3/.test(document.querySelector(".status").textContent) &&
      document.querySelectorAll(".slot").length === 2,
  );
  await page.getByText("Drawing 3 of 3").first().waitFor();
  await studio.drawn(3);
  assert.match(await studio.text(".status"), /Pictures: 3/);
  assert.match(await studio.text("#stage .card:first-child .meta"), /1024 × 576/);
  const seeds = await page.locator("#stage .meta").allInnerTexts();
  assert.equal(new Set(seeds.map((text) => /Seed (\d+)/.exec(text)[1])).size, 3);
});

scenario("a drawing is cancelled and the form is free again", async (studio) => {
  const { page } = studio;
  await studio.signIn();
  await studio.write("A slow picture");
  await studio.fault(null, { delay: 3 });
  await page.locator("#draw").click();
  await page.locator("#cancel").click();
  await page.getByText("Cancelled.").first().waitFor();
  assert.ok(await page.locator("#draw").isVisible());
  assert.equal(await page.locator("#stage .slot").count(), 0);
  await studio.control({ reset: true });
  await studio.draw();
});

scenario("two references are shrunk, ordered and sent", async (studio) => {
  const { page } = studio;
  await studio.signIn();
  const files = [
    await studio.picture("wide.png", 1200, 800, "#c03030"),
    await studio.picture("tall.png", 600, 1500, "#3060c0"),
  ];
  await page.locator("#reference-file").setInputFiles(files);
  await page.locator(".references li").nth(1).waitFor();
  // schnell takes none, so the studio changed to the cheapest model that does, and said so.
  assert.equal(await page.locator("#model option:checked").innerText(), "FLUX.2 [klein] 4B");
  assert.deepEqual(await page.locator(".sent").allInnerTexts(), ["511×341", "204×511"]);
  await page.getByRole("button", { name: "Move reference 2 forward" }).click();
  assert.deepEqual(await page.locator(".sent").allInnerTexts(), ["204×511", "511×341"]);
  await studio.write("Both together");
  await studio.draw();
  const [call] = await studio.calls();
  assert.deepEqual(
    call.files.map(({ width, height }) => [width, height]),
    [
      [204, 511],
      [511, 341],
    ],
  );
});

scenario("references come by drop and by paste, and at most four", async (studio) => {
  const { page } = studio;
  await studio.signIn();
  const { buffer } = await studio.picture("a.png", 64, 64, "#20a060");
  const send = (kind, count) =>
    page.evaluate(
      ([type, base64, many]) => {
        const data = new DataTransfer();
        const bytes = Uint8Array.from(atob(base64), (it) => it.charCodeAt(0));
        for (let i = 0; i < many; i += 1)
          data.items.add(new File([bytes], `${i}.png`, { type: "image/png" }));
        const event =
          type === "paste"
            ? new ClipboardEvent(type, { clipboardData: data, bubbles: true })
            : new DragEvent(type, { dataTransfer: data, bubbles: true, cancelable: true });
        document.querySelector("#stage").dispatchEvent(event);
      },
      [kind, buffer.toString("base64"), count],
    );
  await send("drop", 1);
  await page.locator(".references li").nth(0).waitFor();
  await send("paste", 5);
  await page.locator(".references li").nth(3).waitFor();
  await page.getByText("4 reference pictures are the most.").waitFor();
  await page.getByRole("button", { name: "Remove reference 1" }).click();
  assert.equal(await page.locator(".references li").count(), 3);
});

scenario("a structured prompt is one document in the form and in JSON", async (studio) => {
  const { page } = studio;
  await studio.signIn();
  await studio.model("FLUX.2 [klein] 4B");
  await page.locator(".segments label", { hasText: "Form" }).click();
  await page.getByLabel("Scene").fill("A harbour at dawn");
  await page.getByLabel("Who or what").fill("An old boat");
  await page.getByLabel("Add a colour").click();
  await page.getByLabel("Colour 1", { exact: true }).fill("#112233");
  await page.getByLabel("Angle").fill("low");
  await page.locator(".segments label", { hasText: "JSON" }).click();
  const box = page.locator(".prompt.code");
  assert.deepEqual(JSON.parse(await box.inputValue()), {
    scene: "A harbour at dawn",
    subjects: [{ description: "An old boat" }],
    color_palette: ["#112233"],
    camera: { angle: "low" },
  });
  await box.fill('{"scene": ');
  await page.locator("#draw").click();
  assert.match(await studio.text("#prompt-problem"), /Mend the JSON/);
  await box.fill('{"scene": "A harbour at dusk", "weather": "fog"}');
  await page.locator(".segments label", { hasText: "Form" }).click();
  assert.equal(await page.getByLabel("Scene").inputValue(), "A harbour at dusk");
  assert.match(await studio.text("#prompt-part"), /weather/);
  await studio.draw();
  const [call] = await studio.calls();
  assert.deepEqual(JSON.parse(call.inputs.prompt), { scene: "A harbour at dusk", weather: "fog" });
});

scenario("every option of a model reaches it", async (studio) => {
  const { page } = studio;
  await studio.signIn();
  await studio.model("Phoenix 1.0");
  await page.locator("label.tile", { hasText: "Custom" }).click();
  await page.getByLabel("Width").fill("1030");
  await page.getByLabel("Width").press("Tab");
  await page.getByLabel("Height").fill("512");
  await page.getByLabel("Height").press("Tab");
  assert.equal(await studio.text("#size"), "1024 × 512");
  await page.locator("#steps").fill("12");
  await page.locator(".segments label", { hasText: "Fixed" }).click();
  await page.getByLabel("Seed", { exact: true }).last().fill("77");
  await page.getByLabel(/^Guidance/).fill("6");
  await page.getByLabel("Negative prompt").fill("people");
  await studio.write("A meadow");
  await studio.draw();
  const [{ model, inputs }] = await studio.calls();
  assert.equal(model, "@cf/leonardo/phoenix-1.0");
  const { prompt, width, height, num_steps: steps, seed, guidance, negative_prompt: negative } = inputs;
  assert.deepEqual(
    { prompt, width, height, steps, seed, guidance, negative },
    { prompt: "A meadow", width: 1024, height: 512, steps: 12, seed: 77, guidance: 6, negative: "people" },
  );
});

scenario("a ratio of one's own becomes a size", async (studio) => {
  const { page } = studio;
  await studio.signIn();
  await studio.model("FLUX.2 [klein] 4B");
  await page.locator("label.tile", { hasText: "Custom" }).click();
  await page.getByLabel("Ratio", { exact: true }).last().fill("5:2");
  await page.getByLabel("Ratio", { exact: true }).last().press("Tab");
  assert.equal(await studio.text("#size"), "1616 × 640");
});

scenario("a result is downloaded, copied, drawn again and used as a reference", async (studio) => {
  const { page } = studio;
  await studio.signIn();
  await studio.model("FLUX.2 [klein] 4B");
  await page.locator("label.tile", { hasText: "3:2" }).click();
  await studio.write("A cat, sleeping");
  await studio.draw();
  const seed = Number(/Seed (\d+)/.exec(await studio.text("#stage .meta"))[1]);
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("button", { name: "Download" }).click(),
  ]);
  assert.equal(download.suggestedFilename(), "a-cat-sleeping.jpg");
  const clipboard = () => page.evaluate(() => navigator.clipboard.readText());
  await page.getByRole("button", { name: "Copy prompt" }).click();
  await page.getByText("Copied.").waitFor();
  assert.equal(await clipboard(), "A cat, sleeping");
  await page.getByRole("button", { name: "Copy address" }).click();
  await page.waitForFunction(async () => (await navigator.clipboard.readText()).startsWith("http"));
  const stored = await fetch(await clipboard());
  assert.equal(stored.headers.get("content-type"), "image/jpeg");
  await studio.write("Something else");
  await studio.model("FLUX.1 [schnell]");
  await page.getByRole("button", { name: "Again with this seed" }).click();
  assert.equal(await page.locator(".prompt").inputValue(), "A cat, sleeping");
  await studio.draw();
  const calls = await studio.calls();
  assert.deepEqual(
    [calls[1].model, calls[1].inputs.seed, calls[1].inputs.width],
    [calls[0].model, seed, 768],
  );
  await page.getByRole("button", { name: "Use as reference" }).click();
  await page.locator(".references li").waitFor();
  assert.deepEqual(await page.locator(".sent").allInnerTexts(), ["511×341"]);
});

scenario("a hostile prompt stays text everywhere", async (studio) => {
  const { page } = studio;
  const hostile = '<img src=x onerror="window.pwned=1"><script>window.pwned=1</script>';
  await studio.signIn();
  await studio.write(hostile);
  await studio.draw();
  await page.locator("#latest .thumb").waitFor();
  await studio.go("gallery");
  await page.locator("#history .words").waitFor();
  assert.equal(await studio.text("#history .words"), hostile);
  await page.locator("#stored .words").first().waitFor();
  assert.equal(await page.locator("#stored .words").first().innerText(), hostile);
  await page.locator("#history .thumb").click();
  assert.equal(await studio.text("#viewer .words"), hostile);
  assert.equal(await page.evaluate(() => window.pwned), undefined);
  assert.equal(await page.locator('img[src="x"]').count(), 0);
});
