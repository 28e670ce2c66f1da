import * as Plot from '@observablehq/plot';
import { spread } from '@switchyard/experiments';
import { grouped, percent } from '../terminal/format.ts';
import type { ComparedModel, Comparison, Targets } from './comparison.ts';
import { colorVariable } from './palette.ts';
import { drawingDocument, svgText } from './svg.ts';
import { wilsonInterval } from './wilson.ts';

const width = 860;
const style = { background: 'transparent', fontSize: '12px', fontFamily: 'inherit', overflow: 'visible' };

const visibleShare = (targets: Targets) => (targets.count === 0 ? 0 : targets.visible / targets.count);

/** Accuracy on the frozen evaluation sequences against the training step, one line a model, named at its end. */
export function learningCurves(comparison: Comparison): string {
  const points = comparison.models.flatMap((model) => model.curve.map((point) => ({ ...point, model: model.name })));
  const ends = comparison.models
    .flatMap((model) => model.curve.slice(-1).map((point) => ({ model, accuracy: point.accuracy })))
    .sort((a, b) => a.accuracy - b.accuracy);
  const labels = spread(
    ends.map((end) => end.accuracy),
    0.05,
  ).map((y, index) => ({ ...ends[index]!, y }));
  const reference = [
    { share: comparison.chance, text: 'chance' },
    { share: visibleShare(comparison.targets), text: 'visible in the window' },
  ];
  return svgText(
    Plot.plot({
      document: drawingDocument(),
      width,
      height: 410,
      marginBottom: 44,
      marginLeft: 44,
      marginRight: 136,
      marginTop: 12,
      style,
      x: {
        label: 'training step',
        labelAnchor: 'center',
        labelArrow: false,
        domain: [0, comparison.steps],
        tickFormat: (step: number) => grouped(step),
        ticks: 6,
      },
      y: { label: null, domain: [0, 1], tickFormat: '.0%', ticks: 5, grid: true },
      marks: [
        Plot.ruleY(reference, { y: 'share', strokeDasharray: '2,4', strokeOpacity: 0.6 }),
        Plot.text(reference, {
          x: () => comparison.steps,
          y: 'share',
          text: 'text',
          textAnchor: 'end',
          dx: -4,
          dy: -8,
          fillOpacity: 0.65,
        }),
        Plot.lineY(points, {
          x: 'step',
          y: 'accuracy',
          z: 'model',
          stroke: (point: { model: string }) => colorVariable(point.model),
          strokeWidth: 2,
          curve: 'monotone-x',
        }),
        Plot.dot(ends, {
          x: () => comparison.steps,
          y: 'accuracy',
          r: 3.5,
          fill: (end: { model: ComparedModel }) => colorVariable(end.model.name),
        }),
        Plot.text(labels, {
          x: () => comparison.steps,
          y: 'y',
          text: (label: { model: ComparedModel }) => label.model.label,
          fill: (label: { model: ComparedModel }) => colorVariable(label.model.name),
          textAnchor: 'start',
          dx: 10,
          fontWeight: 600,
        }),
      ],
    }),
  );
}

interface Bar {
  readonly model: ComparedModel;
  readonly rule: string;
  readonly accuracy: number;
  readonly interval: [number, number];
}

/** Accuracy per subtask with 95 % Wilson intervals, one panel a subtask; dashes mark chance and the visible share. */
export function subtaskBars(comparison: Comparison): string {
  const panels = { all: comparison.targets, ...comparison.targetsPerRule };
  const rules = Object.keys(panels);
  const bars: Bar[] = comparison.models.flatMap((model) =>
    Object.entries<Targets>(panels).flatMap(([rule, targets]) => {
      const accuracy = rule === 'all' ? model.accuracy : model.accuracyPerRule[rule];
      return accuracy === undefined
        ? []
        : [{ model, rule, accuracy, interval: wilsonInterval(accuracy, targets.count) }];
    }),
  );
  const references = Object.entries<Targets>(panels).flatMap(([rule, targets]) => [
    { rule, share: comparison.chance },
    { rule, share: visibleShare(targets) },
  ]);
  const color = (bar: Bar) => colorVariable(bar.model.name);
  const place = { fx: 'rule', y: (bar: Bar) => bar.model.label };
  return svgText(
    Plot.plot({
      document: drawingDocument(),
      width,
      height: 310,
      marginBottom: 40,
      marginLeft: 116,
      marginRight: 16,
      style,
      fx: { label: null, domain: rules, padding: 0.14 },
      x: { label: 'accuracy in %', labelAnchor: 'center', labelArrow: false, domain: [0, 100], ticks: 2, grid: true },
      y: { label: null, domain: comparison.models.map((model) => model.label), padding: 0.28, tickSize: 0 },
      marks: [
        Plot.barX(bars, {
          ...place,
          x: (bar: Bar) => bar.accuracy * 100,
          fill: color,
          fillOpacity: 0.85,
          rx: 2,
          title: (bar: Bar) =>
            `${bar.model.label}, ${bar.rule}: ${percent(bar.accuracy)} (95 % interval ${bar.interval.map(percent).join(' to ')})`,
        }),
        Plot.ruleY(bars, {
          ...place,
          x1: (bar: Bar) => 100 * bar.interval[0],
          x2: (bar: Bar) => 100 * bar.interval[1],
          strokeWidth: 1.5,
        }),
        Plot.ruleX(references, {
          fx: 'rule',
          x: (reference: { share: number }) => reference.share * 100,
          strokeDasharray: '2,4',
          strokeOpacity: 0.7,
        }),
      ],
    }),
  );
}
