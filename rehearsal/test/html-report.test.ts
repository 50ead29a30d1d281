import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import axe, { AxeResults } from 'axe-core';
import { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { findChromium, launchChromium } from './chromium';
import { CRM, MAPPING, writePeople } from './people';
import { rehearseCli } from './rehearse-cli';

const INJECTED = '</style></title><script>document.title = "injected"</script><img src=x onerror="document.title = 1">';
const FORMULA = '=HYPERLINK("http://127.0.0.1:1")';

const CHROMIUM = findChromium();
const inChromium = CHROMIUM === undefined ? test.skip : test;
if (CHROMIUM === undefined) {
  console.warn('There is no Chromium or Chrome on this machine, and installing one takes root: the tests that look at the report in a browser are skipped.');
}

let folder: string;
let browser: Browser | undefined;
let messages: string[];
let requests: string[];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'html-report-test-'));
  browser = CHROMIUM === undefined ? undefined : await launchChromium(CHROMIUM);
  const crm = CRM.replace('Ann Lee', `"Ann ${INJECTED.replaceAll('"', '""')} Lee"`).replace('c5,ann@example.com,Eve,', `c5,ann@example.com,Eve,"${FORMULA.replaceAll('"', '""')}"`);
  await writePeople(folder, { ...MAPPING, name: INJECTED },
    `${crm}\nc6,,Bob Ray,"${FORMULA.replaceAll('"', '""')}"\n`);
  expect(await rehearseCli(folder, 'mapping.yaml', '--html', 'report.html', '--show-values')).toMatchObject({ code: 0 });
});

afterAll(async () => {
  await browser?.close();
  await rm(folder, { recursive: true });
});

async function opened(options: BrowserContextOptions = {}): Promise<Page> {
  const page = await (await browser!.newContext(options)).newPage();
  [messages, requests] = [[], []];
  page.on('console', (message) => messages.push(message.text()));
  page.on('pageerror', (error) => messages.push(error.message));
  page.on('request', (request) => requests.push(request.url()));
  await page.goto(pathToFileURL(join(folder, 'report.html')).href);
  return page;
}

/** What axe, a checker of the Web Content Accessibility Guidelines, has to say against a page. */
async function accessibilityViolations(page: Page): Promise<string[]> {
  // Evaluated, not loaded: the page's policy allows no script.
  await page.evaluate(axe.source);
  const { violations } = await page.evaluate<AxeResults>('axe.run()');
  return violations.map(({ id, nodes }) => `${id}: ${nodes[0].html}`);
}

inChromium('the report asks for nothing but itself and has no errors', async () => {
  await opened();

  expect(requests).toEqual([pathToFileURL(join(folder, 'report.html')).href]);
  expect(messages).toEqual([]);
});

inChromium('what looks like markup or a formula in names and values stays text', async () => {
  const page = await opened();

  expect(await page.title()).toBe(`${INJECTED}: 60.0% mapped`.replace('60.0%', await page.locator('.share').innerText()));
  expect(await page.locator('h1').innerText()).toBe(INJECTED);
  expect(await page.locator('td', { hasText: FORMULA }).count()).toBeGreaterThan(0);
  expect(await page.locator('script, img, a:not([href^="#note-"])').count()).toBe(0);
});

inChromium.each([320, 375, 900])('the page is no wider than a screen of %i pixels, and shows one of the two sizes of each chart', async (width) => {
  const page = await opened({ viewport: { width, height: 800 } });

  expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(width);
  expect(await page.locator('figure svg:visible').count()).toBe(await page.locator('figure').count());
});

inChromium.each(['light', 'dark'] as const)('text and bars stand out from the page in %s, and all of it is accessible', async (colorScheme) => {
  const page = await opened({ colorScheme });
  const luminance = async (selector: string, property: string) => {
    const color = await page.evaluate<string>(`getComputedStyle(document.querySelector('${selector}')).getPropertyValue('${property}')`);
    const [red, green, blue] = color.match(/\d+/g)!.map((part) => (Number(part) / 255) ** 2.2);
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  const contrast = (a: number, b: number) => (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
  const card = await luminance('section', 'background-color');

  expect(card > 0.5).toBe(colorScheme === 'light');
  expect(contrast(await luminance('figure svg .role-axis-label text', 'fill'), card)).toBeGreaterThan(7);
  expect(contrast(await luminance('figure svg .mark-rect path', 'fill'), card)).toBeGreaterThan(3);
  expect(await accessibilityViolations(page)).toEqual([]);
});

inChromium('a screen reader finds landmarks, is told of each chart in words, and has a caption for each table', async () => {
  const page = await opened();

  for (const landmark of ['banner', 'main', 'contentinfo'] as const) {
    expect(await page.getByRole(landmark).count()).toBe(1);
  }
  expect(await page.getByRole('region', { name: 'What each rule adds' }).count()).toBe(1);
  expect(await page.getByRole('img', { name: 'Source records from step to step: 7 read, 6 usable, ' }).count()).toBe(1);
  expect(await page.locator('figure:not([aria-label])').count()).toBe(0);
  expect(await page.locator('table').count()).toBe(await page.locator('table > caption:not(:empty)').count());
  expect(await page.locator('h1, h2, h3').evaluateAll((headings) => headings.map(({ tagName }) => tagName).join(' '))).toMatch(/^H1( H2( H3)*)+$/);
});

inChromium('each note is one that the report refers to, in their order', async () => {
  const page = await opened();
  const references = await page.locator('sup a').evaluateAll((links) => [...new Set(links.map((link) => link.getAttribute('href')))]);

  expect(references.length).toBeGreaterThan(5);
  expect(references).toEqual(await page.locator('footer li').evaluateAll((notes) => notes.map(({ id }) => `#${id}`)));
});

inChromium('all charts print', async () => {
  const page = await opened();
  await page.emulateMedia({ media: 'print' });

  expect(await page.locator('figure svg:visible').count()).toBe(await page.locator('figure').count());
});

test('without --show-values the file holds no value that few records have', async () => {
  expect(await rehearseCli(folder, 'mapping.yaml', '--html', 'masked.html')).toMatchObject({ code: 0 });
  const content = await readFile(join(folder, 'masked.html'), 'utf8');

  for (const value of ['ann@example.com', 'bob ray', 'Bob Ray', '1990-01-01']) {
    expect(content).not.toContain(value);
  }
});
