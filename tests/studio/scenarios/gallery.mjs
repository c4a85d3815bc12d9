import assert from "node:assert/strict";
import { scenario } from "../harness.mjs";

scenario("the history is there after a reload, and without the server", async (studio) => {
  const { page } = studio;
  await studio.signIn();
  await studio.write("A picture to keep");
  await studio.draw();
  await page.reload();
  await studio.go("gallery");
  await page.locator("#history .tile-card").waitFor();
  assert.equal(await studio.text("#history .words"), "A picture to keep");
  await page.route("**/image/**", (route) => route.abort());
  await page.locator("#history .thumb").click();
  await page.waitForFunction(() => document.querySelector("#viewer img")?.naturalWidth === 1024);
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    page.locator("#viewer").getByRole("button", { name: "Download" }).click(),
  ]);
  assert.equal(download.suggestedFilename(), "a-picture-to-keep.jpg");
  await page.keyboard.press("Escape");
  assert.ok(!(await page.locator("#viewer").isVisible()));
});

scenario("a picture is deleted from this browser", async (studio) => {
  const { page } = studio;
  await studio.signIn();
  await studio.write("To be forgotten here");
  await studio.draw();
  await studio.go("gallery");
  await page.locator("#history").getByRole("button", { name: "Delete from this browser" }).click();
  await page.getByText("Nothing has been drawn in this browser yet.").waitFor();
  await page.reload();
  await page.getByText("Nothing has been drawn in this browser yet.").waitFor();
});

scenario("a picture is deleted from the server", async (studio) => {
  const { page } = studio;
  await studio.signIn();
  await studio.write("To be forgotten there");
  await studio.draw();
  const key = await page.locator("#stage .card").getAttribute("data-id");
  assert.equal((await fetch(`${studio.url}/image/${key}`)).status, 200);
  await studio.go("gallery");
  const tile = page.locator(`#stored [data-id="${key}"]`);
  await tile.waitFor();
  await tile.getByRole("button", { name: "Delete from the server" }).click();
  await tile.waitFor({ state: "detached" });
  assert.equal((await fetch(`${studio.url}/image/${key}`)).status, 404);
  // This browser still has it.
  await page.locator("#history .thumb").click();
  await page.getByText("No longer on the server").waitFor();
  assert.equal(await page.locator("#viewer").getByRole("button", { name: "Copy address" }).count(), 0);
});

scenario("what is stored shows its remaining life, ticking", async (studio) => {
  const { page } = studio;
  await studio.signIn();
  await studio.write("A mortal picture");
  await studio.draw();
  await studio.go("gallery");
  const left = page.locator("#stored .left").first();
  await left.waitFor();
  const first = await left.innerText();
  assert.match(first, /^29:\d\d left$|^30:00 left$/);
  await page.waitForFunction((before) => document.querySelector("#stored .left").innerText !== before, first);
  await page.locator("#stored .thumb").first().click();
  await page.waitForFunction(() => document.querySelector("#viewer img")?.naturalWidth === 1024);
});

scenario("everything in this browser is deleted at once, after a question", async (studio) => {
  const { page } = studio;
  await studio.signIn();
  await studio.write("Many");
  await page.locator("#count").fill("2");
  await page.locator("#count").press("Tab");
  await studio.draw(2);
  await studio.go("gallery");
  await page.locator("#history .tile-card").nth(1).waitFor();
  page.once("dialog", (dialog) => dialog.accept());
  await page.getByRole("button", { name: "Delete all" }).click();
  await page.getByText("Nothing has been drawn in this browser yet.").waitFor();
});
