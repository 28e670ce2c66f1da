import { readFile } from 'node:fs/promises';
import type { Server } from 'node:http';
import { createModel, fromSafetensors } from '@switchyard/models';
import { decodeCheckpoint, selectBackend, Trainer } from '@switchyard/training';
import { strFromU8, strToU8, unzipSync } from 'fflate';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { resolveRun, trainerConfig } from '../src/playground/resolve-run.ts';
import { runInput } from '../src/playground/run-config.ts';
import { fromQuery } from '../src/playground/settings-url.ts';
import { launchChromium } from './chromium.ts';
import { openPage, serveSite, skipReason } from './site.ts';

// The playground of the built site in a real browser: what it shows is what the packages compute.

if (skipReason) console.log(`Tests of the playground in a browser are skipped: ${skipReason}.`);

const small = 'batchSize=16&window=10&learningRate=0.01&seed=5';
// A run that only ends when it is paused: between two looks of a test, a short one may come to its end.
const endless = 'steps=1000000';
const learns = 'symbols=4&batchSize=32&window=8&steps=400&learningRate=0.01&seed=5';
const address = `/playground?${learns}&model=cisformer,attention:ea,width:16`;
// Seconds on a quiet machine; a busy one may take its time.
vi.setConfig({ testTimeout: 300_000, hookTimeout: 120_000 });

let browser: Browser;
let isolated: { origin: string; server: Server };
let plain: { origin: string; server: Server };

beforeAll(async () => {
  if (skipReason) return;
  [browser, isolated, plain] = await Promise.all([launchChromium(), serveSite(), serveSite({ isolated: false })]);
});
afterAll(async () => {
  await browser?.close();
  isolated?.server.close();
  plain?.server.close();
});

const state = (page: Page, name: string, model = 0) =>
  page.locator(`article.model-${model} [data-state="${name}"]`).waitFor();
const stepOf = async (page: Page) =>
  Number((await page.locator('[data-value="step"]').first().textContent())?.replace(/\D/g, ''));
const pastStep = (page: Page, step: number) =>
  expect.poll(() => stepOf(page), { timeout: 120_000 }).toBeGreaterThan(step);
const press = (page: Page, name: string) => page.getByRole('button', { name, exact: true }).click();
const pixels = (page: Page, selector: string) =>
  page
    .locator(selector)
    .first()
    .evaluate((canvas) => (canvas as HTMLCanvasElement).toDataURL());

async function download(page: Page, button: string): Promise<Uint8Array> {
  const [file] = await Promise.all([page.waitForEvent('download'), press(page, button)]);
  return readFile(await file.path());
}

interface Exported {
  readonly files: Record<string, Uint8Array>;
  readonly losses: [step: number, loss: number][];
}

/** The run directory, and the losses that it holds. */
async function exportRun(page: Page): Promise<Exported> {
  const zip = unzipSync(await download(page, 'Run directory (.zip)'));
  const files = Object.fromEntries(Object.entries(zip).map(([path, bytes]) => [path.replace(/^[^/]+\//, ''), bytes]));
  const lines = strFromU8(files['metrics.jsonl']!)
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  const losses = lines.flatMap(({ split, step, loss }) =>
    split === 'train' ? [[step, loss] as [number, number]] : [],
  );
  return { files, losses };
}

/** The losses of the same run in Node. */
async function lossesInNode(query: string): Promise<Map<number, number>> {
  await selectBackend('simd');
  const run = resolveRun(runInput(fromQuery(query).settings, 0));
  const { checkpoint: _, ...training } = trainerConfig(run);
  const losses = new Map<number, number>();
  for await (const event of new Trainer({ ...training, model: createModel(run.config.model), task: run.task }).run()) {
    if (event.type === 'step') losses.set(event.step, event.loss);
  }
  return losses;
}

test.skipIf(skipReason)('a cisformer with expressive attention learns; reload and Node agree with it', async () => {
  const { page, errors } = await openPage(browser);
  await page.goto(isolated.origin + address);
  await state(page, 'paused');
  await page.locator('.maps canvas').first().waitFor();
  const before = { map: await pixels(page, '.maps canvas'), chart: await pixels(page, '.chart canvas') };

  await press(page, 'Step');
  await page.locator('[data-value="step"]', { hasText: /^1$/ }).waitFor();
  await page.getByRole('button', { name: 'Run', exact: true }).focus();
  await page.keyboard.press('Enter');
  await state(page, 'done');
  expect(await pixels(page, '.chart canvas')).not.toBe(before.chart);
  await expect.poll(() => pixels(page, '.maps canvas')).not.toBe(before.map);
  const first = await exportRun(page);
  expect(first.losses.at(-1)![1]).toBeLessThan(first.losses[0]![1] / 2);
  expect(Object.keys(first.files)).toContain('checkpoints/step-400.safetensors');

  const node = await lossesInNode(address.slice(address.indexOf('?')));
  expect(first.losses.map(([step]) => step)).toEqual([...node.keys()]);
  for (const [step, loss] of first.losses) expect(Math.abs(loss - node.get(step)!)).toBeLessThan(1e-4);

  const model = fromSafetensors(await download(page, 'Model (.safetensors)'));
  const { tensors } = decodeCheckpoint(first.files['checkpoints/step-400.safetensors']!);
  for (const [index, weight] of model.weights.entries()) {
    expect(weight.read().dataSync()).toEqual(tensors.get(`model/${index}/${weight.originalName}`)!.data);
  }

  await page.reload();
  await state(page, 'paused');
  expect(await stepOf(page)).toBe(0);
  await press(page, 'Run');
  await state(page, 'done');
  expect((await exportRun(page)).losses).toEqual(first.losses);
  expect(errors).toEqual([]);
  await page.context().close();
});

test.skipIf(skipReason)('a run pauses, is saved and opened, and goes on; a damaged file is named', async () => {
  const { page, errors } = await openPage(browser);
  await page.goto(`${isolated.origin}/playground?${small}&${endless}&model=transformer,width:8,depth:1`);
  await state(page, 'paused');
  await press(page, 'Run');
  await pastStep(page, 20);
  await press(page, 'Pause');
  await state(page, 'paused');
  const step = await stepOf(page);
  const zip = await download(page, 'Run directory (.zip)');
  expect(await stepOf(page)).toBe(step);
  const model = await download(page, 'Model (.safetensors)');

  const choose = (name: string, bytes: Uint8Array) =>
    page
      .locator('input[type="file"]')
      .first()
      .setInputFiles({ name, mimeType: '', buffer: Buffer.from(bytes) });
  const damaged = zip.slice(0, zip.length / 2);
  await choose('run.zip', damaged);
  await page.getByRole('alert').getByText('run.zip is not a whole zip file').waitFor();
  await choose('model.safetensors', strToU8('this is no safetensors file'));
  await page.getByRole('alert').getByText('model.safetensors is damaged or no safetensors file').waitFor();

  await choose('run.zip', zip);
  await state(page, 'paused');
  await expect.poll(() => stepOf(page)).toBe(step);
  await press(page, 'Run');
  await pastStep(page, step + 20);
  await press(page, 'Pause');
  await state(page, 'paused');
  await choose('model.safetensors', model);
  await state(page, 'done');
  await page.getByText('transformer DPA').first().waitFor();
  expect(errors).toEqual([]);
  await page.context().close();
});

test.skipIf(skipReason)(
  'three models side by side, on a host without headers: one thread each, no shared memory',
  async () => {
    const { page, errors } = await openPage(browser);
    const models = 'model=transformer,attention:cog,width:8,depth:1,heads:2&model=lstm,width:8&model=mlp,width:8';
    await page.goto(`${plain.origin}/playground?${small}&steps=40&${models}`);
    for (const model of [0, 1, 2]) await state(page, 'paused', model);
    expect(await page.evaluate(() => [crossOriginIsolated, typeof SharedArrayBuffer])).toEqual([false, 'undefined']);
    expect(await page.getByText('one thread').count()).toBe(3);
    await press(page, 'Run');
    for (const model of [0, 1, 2]) await state(page, 'done', model);
    expect(await page.locator('.maps canvas').count()).toBe(2);
    await page.locator('.maps canvas').first().focus();
    await page.keyboard.press('ArrowDown');
    await page.locator('.maps output', { hasText: /at 1 → .* at 1: -?\d\.\d{3}$/ }).waitFor();
    expect(errors).toEqual([]);
    await page.context().close();
  },
);

test.skipIf(skipReason)(
  'an address that says something wrong is answered, and so are settings that do not go together',
  async () => {
    const { page } = await openPage(browser);
    await page.goto(`${isolated.origin}/playground?window=soon&model=transformer,heads:3`);
    await page.getByText('The address says window=soon').waitFor();
    await page.getByRole('alert').getByText('heads').waitFor();
    await page.getByLabel('heads').fill('2');
    await page.getByLabel('heads').press('Enter');
    await state(page, 'paused');
    expect(page.url()).toContain('model=transformer,heads:2');
    await page.context().close();
  },
);

test.skipIf(skipReason)('WebGL and WebGPU train as the processor does', async () => {
  const graphical = await launchChromium({ graphics: 'software' });
  const { page } = await openPage(graphical);
  const run = `${small}&steps=3&model=transformer,attention:cog,width:8,depth:1`;
  const expected = [...(await lossesInNode(run)).values()];
  await page.goto(`${isolated.origin}/playground?${run}`);
  await state(page, 'paused');
  const offered = await page.getByRole('combobox', { name: 'backend' }).locator('option').allTextContents();
  expect(offered).toContain('webgl');
  for (const backend of offered.filter((name) => name.startsWith('web'))) {
    await page.goto(`${isolated.origin}/playground?${run}&backend=${backend}`);
    await state(page, 'paused');
    await page.getByText(`backend ${backend}`).waitFor();
    await press(page, 'Run');
    await state(page, 'done');
    const { losses } = await exportRun(page);
    expect(losses).toHaveLength(expected.length);
    for (const [place, [, loss]] of losses.entries()) expect(loss, backend).toBeCloseTo(expected[place]!, 3);
  }
  await graphical.close();
});
