// Opens the pages from the disk, as somebody who has downloaded an artifact does.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { chromium } from "playwright-core";

const [, , executablePath, pictures] = process.argv;
const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const sizes = { phone: { width: 390, height: 844 }, desk: { width: 1280, height: 900 } };

const browser = await chromium.launch({ executablePath, args: ["--no-sandbox"] });

// A page that says what goes wrong on it: errors, whatever the console is told, and requests.
async function open(name, size, colorScheme, bypassCSP = false) {
  const context = await browser.newContext({ viewport: sizes[size], colorScheme, bypassCSP });
  const page = await context.newPage();
  const wrong = [];
  page.on("pageerror", (error) => wrong.push(`error: ${error}`));
  page.on("console", (message) => wrong.push(`console: ${message.text()}`));
  page.on("dialog", (dialog) => { wrong.push(`dialog: ${dialog.message()}`); dialog.dismiss(); });
  const own = `file://${path.resolve(`${name}.html`)}`;
  page.on("request", (request) => {
    const url = request.url();
    if (url.split("#")[0] !== own && !url.startsWith("data:")) wrong.push(`request: ${url}`);
  });
  await page.goto(own);
  return { page, wrong, close: async () => { assert.deepEqual(wrong, [], name); await context.close(); } };
}

// Whoever checks for accessibility brings a script of its own, past the policy of the page.
async function look(name, combinations) {
  for (const [size, theme] of combinations) {
    const { page, close } = await open(name, size, theme, true);
    await page.locator("details").evaluateAll((all) => all.slice(0, 40).forEach((one) => { one.open = true; }));
    await page.evaluate(axe);
    const { violations, passes } = await page.evaluate(() => axe.run());
    const told = violations.map((it) => `${it.id}: ${it.nodes.map((node) => node.html).join(" | ")}`);
    assert.deepEqual(told, [], `${name} ${size} ${theme}`);
    assert(passes.length > 10, "axe-core has looked");
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    assert(wide <= 0, `${name} ${size}: ${wide} pixels wider than the window`);
    await close();
    if (pictures) {
      const { page, close } = await open(name, size, theme);
      await page.locator("summary").first().click({ timeout: 1000 }).catch(() => {});
      await page.screenshot({ path: path.join(pictures, `${name}-${size}-${theme}.png`) });
      await close();
    }
  }
}

async function drive() {
  const { page, close } = await open("all", "desk", "light");
  const shown = () => page.locator(".finding:visible").count();
  const focused = () => page.evaluate(() => document.activeElement.closest("details")?.id ?? document.activeElement.id);
  const all = await shown();
  assert(all >= 9, `${all} findings`);
  assert.match(await page.title(), /^failed by \d+ findings · standin serve$/);

  // By mouse: a level less, a level more.
  const errors = await page.locator('.finding[data-level="error"]').count();
  await page.locator("input[value=error]").click();
  assert.equal(await shown(), all - errors);
  assert.match(await page.locator("#shown").textContent(), new RegExp(`^${all - errors} of ${all} findings$`));
  await page.locator("input[value=error]").click();
  assert.equal(await shown(), all);

  // By keyboard alone: search, walk, open, follow to the proof and back.
  await page.keyboard.press("/");
  assert.equal(await focused(), "search");
  await page.keyboard.type("LIMIT maximum");
  assert.equal(await shown(), 1);
  await page.keyboard.type(" nothing is like this");
  assert.equal(await shown(), 0);
  assert(await page.locator("#none").isVisible());
  await page.keyboard.press("Escape");
  assert.equal(await shown(), all);
  await page.keyboard.press("j");
  const first = await focused();
  await page.keyboard.press("j");
  assert.notEqual(await focused(), first);
  await page.keyboard.press("k");
  assert.equal(await focused(), first);
  await page.keyboard.press("Enter");
  const opened = page.locator(`#${first}`);
  assert(await opened.evaluate((one) => one.open));
  const proof = opened.locator("a[href^='#x-']");
  await proof.focus();
  await page.keyboard.press("Enter");
  await page.waitForFunction(() => document.querySelector("details.exchange[open]"));
  assert.match(await focused(), /^x-\d+$/);
  const exchange = page.locator("details.exchange[open]");
  assert.match(await exchange.textContent(), /{{secret:1}}/);
  assert.doesNotMatch(await page.content(), /Bearer any/);

  // What is filtered away comes back when a link leads to it.
  await page.locator("#search").fill("no such thing");
  assert.equal(await shown(), 0);
  await exchange.locator(".proves a").first().click();
  await page.waitForFunction((count) => document.querySelectorAll(".finding:not([hidden])").length === count, all);
  await page.getByRole("button", { name: "Open all" }).click();
  assert.equal(await page.locator(".finding details[open]").count(), all);
  await page.getByRole("button", { name: "Close all" }).click();
  assert.equal(await page.locator(".finding details[open]").count(), 0);
  await close();
}

// What recordings show is proved by the exchange itself.
async function proved() {
  const { page, close } = await open("drift", "phone", "light");
  await page.locator("#search").fill("response-body-mismatch");
  const finding = page.locator(".finding:visible").first();
  await finding.locator("summary").click();
  await finding.locator("a[href^='#x-']").click();
  await page.waitForFunction(() => document.querySelector("details.exchange[open]"));
  assert.match(await page.locator("details.exchange[open]").textContent(), /"expire_at": "tomorrow"/);
  assert((await page.locator("#coverage .parts li.seen").count()) > 100);
  await close();
}

// What a baseline knows is there, and not in the way.
async function known() {
  const { page, close } = await open("known", "phone", "dark");
  const count = await page.locator('.finding[data-level="known"]').count();
  assert(count > 0);
  assert.equal(await page.locator('.finding[data-level="known"]:visible').count(), 0);
  await page.locator("input[value=known]").click();
  assert.equal(await page.locator('.finding[data-level="known"]:visible').count(), count);
  await close();
}

// Without its script, all of it can be read.
async function unscripted() {
  const context = await browser.newContext({ javaScriptEnabled: false });
  const page = await context.newPage();
  await page.goto(`file://${path.resolve("all.html")}`);
  assert((await page.locator(".finding:visible").count()) >= 9);
  assert(!(await page.locator("#filter").isVisible()));
  await page.locator(".finding summary").first().click();
  assert(await page.locator(".finding .facts").first().isVisible());
  await context.close();
}

try {
  const combinations = ["phone", "desk"].flatMap((size) => [[size, "light"], [size, "dark"]]);
  for (const name of ["all", "drift"]) await look(name, combinations);
  for (const name of ["known", "none", "hostile"]) await look(name, [combinations[0], combinations[3]]);
  await drive();
  await proved();
  await known();
  await unscripted();
  console.log("the page is well to look at and to drive");
} finally {
  await browser.close();
}
