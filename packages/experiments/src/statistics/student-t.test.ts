import { expect, test } from 'vitest';
import { centralProbability, studentQuantile } from './student-t.ts';

// scipy 1.17.1: stats.t.ppf(p, ν).
test.each([
  [0.975, 1, 12.706204736174694],
  [0.975, 2, 4.302652729749462],
  [0.975, 3, 3.1824463052837078],
  [0.975, 4, 2.7764451051977934],
  [0.975, 7, 2.364624251592784],
  [0.975, 19, 2.0930240544083087],
  [0.975, 120, 1.9799304050824402],
  [0.9, 5, 1.4758840488244815],
  [0.999, 8, 4.5007909337237235],
])('the %d quantile with %d degrees of freedom', (p, freedom, quantile) => {
  expect(studentQuantile(p, freedom)).toBeCloseTo(quantile, 9);
});

test('one degree of freedom is the Cauchy distribution, two have a closed form', () => {
  for (const t of [0, 0.3, 1, 10]) {
    expect(centralProbability(t, 1)).toBeCloseTo((2 / Math.PI) * Math.atan(t), 14);
    expect(centralProbability(t, 2)).toBeCloseTo(t / Math.sqrt(2 + t * t), 14);
  }
});
