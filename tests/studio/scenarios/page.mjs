import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { scenario } from "../harness.mjs";

const VIEWS = ["draw", "gallery", "connect", "setup"];
const LANGUAGES = {
  en: "Draw",
  "zh-cn": "绘制",
  "zh-hant": "繪製",
  ja: "描く",
  es: "Dibujar",
  fr: "Dessiner",
  ru: "Рисовать",
  de: "Zeichnen",
};

const PHONE = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };

const overflow = (page) => page.evaluate(() => document.documentElement.scrollWidth - innerWidth);

scenario("the language is switched and remembered", async (studio) => {
  const { page } = studio;
  await studio.signIn();
  for (const [code, text] of Object.entries(LANGUAGES)) {
    await page.locator("#language").selectOption(code);
    await page.waitForFunction((wanted) => document.querySelector("#draw span").textContent === wanted, text);
    assert.ok((await overflow(page)) <= 0, `${code} is too wide`);
  }
  await page.reload();
  await page.waitForFunction(
    (wanted) => document.querySelector("#draw span").textContent === wanted,
    LANGUAGES.de,
  );
  assert.equal(await page.evaluate(() => document.documentElement.lang), "de");
});

scenario("a browser's own language is taken at first", { locale: "zh-TW" }, async ({ page }) => {
  await page.waitForFunction(
    (wanted) => document.querySelector("#draw span").textContent === wanted,
    LANGUAGES["zh-hant"],
  );
});

scenario("every language fits a narrow screen", { viewport: { width: 360, height: 740 } }, async (studio) => {
  const { page } = studio;
  await studio.signIn();
  for (const code of Object.keys(LANGUAGES)) {
    await page.locator("#language").selectOption(code);
    await page.waitForFunction(
      (wanted) => document.querySelector("#draw span").textContent === wanted,
      LANGUAGES[code],
    );
    const tooWide = await page.evaluate(
      async (views) => {
        const found = [];
        for (const view of views) {
          location.hash = `/${view}`;
          await new Promise((resolve) =>
            addEventListener("hashchange", () => setTimeout(resolve, 50), { once: true }),
          );
          if (document.documentElement.scrollWidth > innerWidth) found.push(view);
        }
        return found;
      },
      [...VIEWS.slice(1), "draw"],
    );
    assert.deepEqual(tooWide, [], code);
  }
});

scenario("a narrow screen can do it all without sideways scrolling", PHONE, async (studio) => {
  const { page } = studio;
  await studio.signIn();
  await studio.write("A tall tower, averyverylongwordwithoutanyspacethatgoesonandonandonandonandon");
  await studio.draw();
  await page.locator("#stage .card img").waitFor();
  for (const view of VIEWS) {
    await studio.go(view);
    await page.waitForTimeout(100);
    assert.ok((await overflow(page)) <= 0, `${view} is too wide`);
  }
});

scenario("the keyboard alone draws and cancels", async (studio) => {
  const { page } = studio;
  const focused = (test) => page.evaluate(test);
  await page.keyboard.press("Tab");
  assert.ok(await focused(() => document.activeElement.className === "skip"));
  await page.keyboard.press("Enter");
  await page.keyboard.press("Tab");
  assert.ok(await focused(() => document.activeElement.name === "key"), "the key is the first field");
  await page.keyboard.type(studio.key);
  await page.keyboard.press("Enter");
  await page.waitForFunction(() => document.querySelectorAll("#model option").length > 1);
  for (
    let i = 0;
    i < 4 && !(await focused(() => document.activeElement.classList.contains("prompt")));
    i += 1
  )
    await page.keyboard.press("Tab");
  await page.keyboard.type("Typed alone");
  const outline = await focused(() => getComputedStyle(document.activeElement).outlineStyle);
  assert.equal(outline, "solid");
  await page.keyboard.press("Control+Enter");
  await studio.drawn();
  await studio.fault(null, { delay: 5 });
  await page.keyboard.press("Control+Enter");
  await page.locator("#cancel").waitFor();
  await page.keyboard.press("Escape");
  await page.getByText("Cancelled.").first().waitFor();
  assert.match(await page.locator("#alert").textContent(), /Cancelled/);
});

scenario("progress is told to screen readers", async (studio) => {
  const { page } = studio;
  await studio.signIn();
  await studio.write("Heard, not seen");
  await studio.fault(null, { delay: 0.5 });
  await page.locator("#draw").click();
  await page.waitForFunction(() => document.querySelector("#alert").textContent === "Drawing");
  await studio.drawn();
  assert.match(await page.locator("#alert").textContent(), /Pictures: 1/);
  assert.equal(await page.locator("#stage .card img").getAttribute("alt"), "Heard, not seen");
});

scenario("the apps' settings carry this page's own address", async (studio) => {
  const { page } = studio;
  await studio.signIn();
  await studio.go("connect");
  for (const app of [
    "NextChat",
    "Chatbox",
    "Open WebUI",
    "Cherry Studio",
    "LibreChat",
    "Python",
    "Node.js",
    "curl",
  ]) {
    await page.locator("#connect .segments label", { hasText: app }).first().click();
    assert.equal(await studio.text(".recipe h2"), app);
    const text = await studio.text(".recipe");
    assert.ok(text.includes(studio.url), `${app} has the address`);
    assert.ok(text.includes("YOUR_KEY") && !text.includes(studio.key), `${app} shows no key`);
  }
  await page.getByLabel("Write my key into these settings").check();
  assert.ok((await studio.text(".recipe")).includes(studio.key));
});

scenario("the page is small and paints in under a second", { fresh: true }, async (studio) => {
  const { page } = studio;
  await page.waitForLoadState("networkidle");
  const { bytes, paint, files } = await page.evaluate(() => {
    const entries = [
      ...performance.getEntriesByType("navigation"),
      ...performance.getEntriesByType("resource"),
    ];
    return {
      bytes: entries.reduce((sum, entry) => sum + entry.transferSize, 0),
      files: entries.length,
      paint: performance.getEntriesByName("first-contentful-paint")[0].startTime,
    };
  });
  writeFileSync(`${studio.artefacts}/transfer.json`, JSON.stringify({ bytes, files, paint }));
  assert.ok(bytes < 150_000, `${bytes} bytes`);
  assert.ok(paint < 1000, `${paint} ms`);
});

scenario("nothing serious is found by axe in the light theme", { axe: true, colorScheme: "light" }, examine);

scenario("nothing serious is found by axe in the dark theme", { axe: true, colorScheme: "dark" }, examine);

async function examine(studio) {
  const { page } = studio;
  await found(studio, "welcome");
  await studio.signIn();
  await studio.model("Phoenix 1.0");
  await studio.write("Seen by all");
  await studio.draw();
  await page.locator("#model-part summary").click();
  await page.locator("label.tile", { hasText: "Custom" }).click();
  await found(studio, "draw");
  await studio.fault("3030");
  await page.locator("#draw").click();
  await page.locator("#stage .failure").waitFor();
  await page.locator(".segments label", { hasText: "Form" }).click();
  await page.getByLabel("Add a colour").click();
  await page.locator("#reference-file").setInputFiles([await studio.picture("a.png", 64, 64, "#336699")]);
  await page.locator(".references li").waitFor();
  await found(studio, "form and failure");
  for (const view of ["gallery", "connect", "setup"]) {
    await studio.go(view);
    await page.waitForTimeout(150);
    await found(studio, view);
  }
  await studio.go("gallery");
  await page.locator("#history .thumb").first().click();
  await page.locator("#viewer[open]").waitFor();
  await found(studio, "viewer");
}

async function found(studio, where) {
  const { violations } = await studio.page.evaluate(() => globalThis.axe.run(document));
  const grave = violations.filter(({ impact }) => impact === "serious" || impact === "critical");
  const told = grave.map(
    ({ id, nodes }) =>
      `${where}: ${id}: ${nodes.map(({ html, failureSummary }) => `${html} ${failureSummary}`).join("; ")}`,
  );
  assert.deepEqual(told, []);
}

scenario("screenshots, light, 1440 wide", { colorScheme: "light" }, (studio) =>
  portray(studio, "light-1440"),
);

scenario("screenshots, dark, 1440 wide", { colorScheme: "dark" }, (studio) => portray(studio, "dark-1440"));

scenario("screenshots, light, 390 wide", { colorScheme: "light", ...PHONE }, (studio) =>
  portray(studio, "light-390"),
);

scenario("screenshots, dark, 390 wide", { colorScheme: "dark", ...PHONE }, (studio) =>
  portray(studio, "dark-390"),
);

async function portray(studio, name) {
  const { page } = studio;
  await studio.shot(`welcome-${name}`);
  await studio.signIn();
  await studio.model("FLUX.2 [klein] 4B");
  await page.locator("label.tile", { hasText: "4:3" }).click();
  await studio.write("A lighthouse in a storm, oil painting, dramatic light");
  await studio.draw();
  await page.locator("#latest .thumb").first().waitFor();
  await page.waitForTimeout(120);
  await studio.shot(`draw-${name}`);
  for (const view of ["gallery", "connect", "setup"]) {
    await studio.go(view);
    await page.waitForTimeout(120);
    await studio.shot(`${view}-${name}`);
  }
}
