import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { expectRefusal } from './refusal.ts';
import { switchyard, temporaryDirectory } from './run.ts';

const literally = (text: string) => new RegExp(`^${text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')}$`);

describe('a command line that cannot be carried out', () => {
  test.each([
    [
      ['trian'],
      'unknown command trian: did you mean train? The commands are train, evaluate, compare, sweep, worker, report, sample, inspect, export, generate, bench, backends',
    ],
    [
      ['paint'],
      'unknown command paint: The commands are train, evaluate, compare, sweep, worker, report, sample, inspect, export, generate, bench, backends',
    ],
    [
      [],
      'which command? One of train, evaluate, compare, sweep, worker, report, sample, inspect, export, generate, bench, backends (--help says more)',
    ],
    [['generate', 'iarc', '--window', '0'], '--window is 0: it must be at least 1'],
    [['generate', 'iacr'], 'kind is "iacr": it must be one of iarc, delayedSum, mixture: did you mean iarc?'],
    [['generate', 'iarc', '--delay', '3'], 'unknown key --delay: --help lists the keys'],
    [['bench', 'steps'], 'kind is "steps": it must be one of step, peers, kernels, peak, generate: did you mean step?'],
    [['bench', 'generate', '--rounds', '3'], 'unknown key --rounds: --help lists the keys'],
    [['evaluate'], 'run is missing: it must be text'],
    [['evaluate', 'nowhere'], 'nowhere is not a run directory: it has no config.yaml'],
    [['compare', '--budget', 'quik'], '--budget is "quik": it must be one of quick, full: did you mean quick?'],
  ])('%j', (args, message) => expectRefusal(temporaryDirectory(), args, literally(message)));
});

describe('a configuration of train that cannot be carried out', () => {
  test.each([
    [
      ['--model.kind', 'cisfromer'],
      /^--model\.kind .*cisfromer.*transformer, cisformer, lstm, mlp.*did you mean .?cisformer/,
    ],
    [
      ['--model.kind', 'uvit'],
      literally(
        '--model.kind is "uvit", a model of images; task iarc is one of tokens and takes one of transformer, cisformer, lstm, mlp, cogformer',
      ),
    ],
    [['--model.widht', '32'], literally('unknown key --model.widht: did you mean model.width?')],
    [['--learningRate', '0.1'], literally('unknown key --learningRate: did you mean optimizer.learningRate?')],
    [
      ['--model.positions', 'none', '--model.kind', 'lstm'],
      /^unknown key --model\.positions: its keys are kind, width, depth/,
    ],
    [['--model.vocabulary', '7'], literally('--model.vocabulary cannot be set: it follows from the task')],
    [['--window', '0'], literally('--window is 0: it must be at least 1')],
    [['--optimizer.learningRate', '-0.1'], literally('--optimizer.learningRate is -0.1: it must be greater than 0')],
    [
      ['--model.width', '30', '--model.heads', '4'],
      /^--model\.width must be a multiple of heads \(4\), received 30: choose 28 or 32$/,
    ],
    [['--task.symbols', '1'], literally('--task.symbols is 1: it must be at least 2')],
    [['--backend', 'webgl'], /^backend webgl: it needs a browser/],
    [['--config', 'nowhere.yaml'], literally('cannot read nowhere.yaml: there is no such file')],
    [['--out', '/dev/null/run'], /^cannot write \/dev\/null\/run.*: a part of the path is a file/],
  ])('%j', (args, message) => expectRefusal(temporaryDirectory(), ['train', '--steps', '2', ...args], message));

  test('a YAML syntax error has its line and column', async () => {
    const directory = temporaryDirectory();
    writeFileSync(join(directory, 'run.yaml'), 'steps: 2\nmodel:\n  kind: lstm\n   width: 3\n');
    await expectRefusal(directory, ['train', '--config', 'run.yaml'], /^run\.yaml:3:9: not valid YAML: .+/);
  });

  test('an unknown key of a file is named with the file', async () => {
    const directory = temporaryDirectory();
    writeFileSync(join(directory, 'run.yaml'), 'setps: 2\n');
    await expectRefusal(
      directory,
      ['train', '--config', 'run.yaml'],
      literally('unknown key run.yaml: setps: did you mean steps?'),
    );
  });

  test('a directory with other files is no run directory', async () => {
    const directory = temporaryDirectory();
    mkdirSync(join(directory, 'mine'));
    writeFileSync(join(directory, 'mine', 'thesis.txt'), 'precious');
    await expectRefusal(directory, ['train', '--steps', '2', '--out', 'mine'], /mine is not a run directory/);
  });
});

describe('a run that does not fit', () => {
  test('a run directory of another configuration, a safetensors file of another model', async () => {
    const directory = temporaryDirectory();
    const tiny = ['--steps', '2', '--window', '4', '--evaluation.batchSize', '10'];
    const trained = [
      await switchyard(['train', '--out', 'first', '--model.kind', 'mlp', '--model.width', '8', ...tiny], directory),
      await switchyard(['train', '--out', 'second', '--model.kind', 'mlp', '--model.width', '9', ...tiny], directory),
      await switchyard(['export', 'second', '--out', 'second.safetensors'], directory),
    ];
    expect(trained.map(({ code }) => code)).toEqual([0, 0, 0]);

    const other = ['train', '--out', 'first', '--model.kind', 'mlp', '--model.width', '9', ...tiny];
    await expectRefusal(
      directory,
      other,
      /first belongs to a run with another configuration \(model\.width: 8 there, 9 here\)/,
    );
    const exported = ['evaluate', 'first', '--checkpoint', 'second.safetensors'];
    await expectRefusal(directory, exported, /^second\.safetensors holds another model/);
    const checkpoint = ['evaluate', 'first', '--checkpoint', 'second/checkpoints/step-2.safetensors'];
    await expectRefusal(
      directory,
      checkpoint,
      /^cannot take weights from second\/checkpoints\/step-2\.safetensors: the checkpoint is of another model/,
    );
    writeFileSync(join(directory, 'noise.safetensors'), 'no safetensors at all');
    const noise = ['evaluate', 'first', '--checkpoint', 'noise.safetensors'];
    await expectRefusal(directory, noise, /^cannot take weights from noise\.safetensors: the header claims/);
    await expectRefusal(
      directory,
      ['inspect', 'first', '--collapse'],
      /^first is of a model \(mlp\) that has no states at every position: leave --collapse out$/,
    );

    const own = join(directory, 'first', 'checkpoints', 'step-2.safetensors');
    copyFileSync(join(directory, 'second', 'checkpoints', 'step-2.safetensors'), own);
    const again = ['train', '--out', 'first', '--model.kind', 'mlp', '--model.width', '8', ...tiny];
    await expectRefusal(directory, again, /^the checkpoint is of another model/);
  });
});
