// The side of an e2e run that the extension host cannot be: it hears the results and drives the page. See test/e2e/suite/harness.ts.
import { mkdir } from 'node:fs/promises';
import { createServer } from 'node:http';
import path from 'node:path';
import { root } from './bundle.mjs';

export const screenshotFolder = path.join(root, 'out/screenshots');

/**
 * Listens on 127.0.0.1 for the suite. `results` fills up while tests run; `ended` resolves when the suite says that it is
 * through. `page` (of playwright) may be set later or never.
 */
export async function startDriver(report) {
  const driver = { page: undefined, results: [], prefix: '' };
  let end;
  driver.ended = new Promise((resolve) => {
    end = resolve;
  });
  const actions = {
    test({ outcome, title, error }) {
      driver.results.push({ outcome, title, error });
      report({ outcome, title, error });
    },
    note: ({ text }) => report({ outcome: 'note', title: text }),
    end: () => end(),
    ...pageActions(driver),
  };
  const server = createServer(async (request, response) => {
    response.setHeader('access-control-allow-origin', '*');
    response.setHeader('access-control-allow-headers', '*');
    if (request.method !== 'POST') return response.end();
    let answer;
    try {
      const { action, ...params } = JSON.parse(await textOf(request));
      const act = actions[action];
      if (act === undefined) throw new Error('no such action');
      answer = { value: await act(params) };
    } catch (error) {
      answer = { error: error.message };
    }
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify(answer));
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  driver.address = `http://127.0.0.1:${server.address().port}/`;
  driver.stop = () => {
    server.close();
    server.closeAllConnections();
  };
  return driver;
}

/** Each answers false where there is no page to drive. */
function pageActions(driver) {
  const onPage = (act) => async (params) => (driver.page === undefined ? false : act(driver.page, params));
  return {
    screenshot: onPage(async (page, { name }) => {
      await mkdir(screenshotFolder, { recursive: true });
      await settle(page);
      await page.screenshot({ path: path.join(screenshotFolder, `${driver.prefix}${name}.png`) });
      return true;
    }),
    press: onPage(async (page, { keys }) => {
      await page.keyboard.press(keys);
      return true;
    }),
    type: onPage(async (page, { text }) => {
      await page.keyboard.type(text);
      return true;
    }),
    click: onPage(async (page, { selector }) => {
      await page.locator(selector).filter({ visible: true }).first().click();
      return true;
    }),
    hoverAtCursor: onPage(async (page) => {
      const hover = page.locator('.monaco-hover').filter({ visible: true }).first();
      // A change of the findings closes a hover that is about to open: the mouse then has to come again.
      for (let attempt = 1; ; attempt++) {
        const box = await page.locator('.monaco-editor.focused .cursors-layer .cursor').first().boundingBox();
        if (box === null) throw new Error('no text cursor is visible');
        await page.mouse.move(box.x + 300, box.y + 200);
        await page.mouse.move(box.x + 4, box.y + box.height / 2, { steps: 4 });
        try {
          await hover.waitFor({ timeout: 5000 });
          await hover.evaluate((element) =>
            Promise.all(element.getAnimations({ subtree: true }).map((a) => a.finished)),
          );
          return true;
        } catch (error) {
          if (attempt === 3) throw error;
        }
      }
    }),
    moveMouseAway: onPage(async (page) => {
      await page.mouse.move(2, 2);
      return true;
    }),
    waitForFrame: onPage(async (page, { text }) => {
      for (const deadline = Date.now() + 10_000; Date.now() < deadline; await page.waitForTimeout(50)) {
        for (const frame of page.frames()) {
          const found = await frame
            .getByText(text)
            .count()
            .catch(() => 0);
          if (found > 0) return true;
        }
      }
      throw new Error(`no frame shows ${text}`);
    }),
    // Acts on the first element of a selector in whatever frame of a webview has one: `click`, `focus`, or nothing; answers its text.
    inFrame: onPage(async (page, { selector, act, text }) => {
      for (const deadline = Date.now() + 20_000; Date.now() < deadline; await page.waitForTimeout(50)) {
        for (const frame of page.frames().slice(1)) {
          const element = frame.locator(selector, text === undefined ? {} : { hasText: text }).first();
          if ((await element.count().catch(() => 0)) === 0) continue;
          if (act !== undefined) await element[act]({ timeout: 5000 });
          return await element.evaluate((found) => found.innerText ?? found.textContent, undefined, { timeout: 5000 });
        }
      }
      throw new Error(`no frame has ${selector}${text === undefined ? '' : ` with ${text}`}`);
    }),
    waitForText: onPage(async (page, { selector, text }) => {
      await page.locator(selector).filter({ visible: true, hasText: text }).first().waitFor({ timeout: 20_000 });
      return true;
    }),
    visibleText: onPage(async (page, { selector }) => {
      const element = page.locator(selector).filter({ visible: true }).first();
      await element.waitFor({ timeout: 20_000 });
      return (await element.allInnerTexts()).join('\n');
    }),
  };
}

/** Waits until the picture stands still: two frames, and no progress bar of the workbench at work. */
async function settle(page) {
  await page
    .waitForFunction(() => document.querySelector('.monaco-progress-container.active') === null, undefined, {
      timeout: 5000,
    })
    .catch(() => undefined);
  await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
}

async function textOf(request) {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}
