/**
 * Upper quantile of Student's t distribution with a whole number of degrees of freedom ν: the t with P(T ≤ t) = p,
 * by bisection of the closed form of the distribution function, to the last bits of a double.
 *
 * @param p in (½, 1)
 * @param freedom ν ≥ 1
 */
export function studentQuantile(p: number, freedom: number): number {
  let low = 0;
  let high = 1;
  while (centralProbability(high, freedom) < 2 * p - 1) high *= 2;
  while (true) {
    const middle = (low + high) / 2;
    if (middle === low || middle === high) return middle;
    if (centralProbability(middle, freedom) < 2 * p - 1) low = middle;
    else high = middle;
  }
}

/**
 * P(|T| ≤ t), a finite sum where ν is whole: with θ = atan(t/√ν),
 * ν odd: 2/π · (θ + sin θ · (cos θ + ⅔ cos³ θ + … + (2·4⋯(ν−3))/(3·5⋯(ν−2)) cos^(ν−2) θ));
 * ν even: sin θ · (1 + ½ cos² θ + … + (1·3⋯(ν−3))/(2·4⋯(ν−2)) cos^(ν−2) θ).
 *
 * Source: Abramowitz and Stegun, Handbook of Mathematical Functions (1964), 26.7.3 and 26.7.4.
 */
export function centralProbability(t: number, freedom: number): number {
  const theta = Math.atan(t / Math.sqrt(freedom));
  const [sine, cosine] = [Math.sin(theta), Math.cos(theta)];
  const odd = freedom % 2 === 1;
  let term = odd ? cosine : 1;
  let sum = freedom === 1 ? 0 : term;
  for (let k = odd ? 3 : 2; k < freedom; k += 2) {
    term *= (cosine * cosine * (k - 1)) / k;
    sum += term;
  }
  return odd ? (2 / Math.PI) * (theta + sine * sum) : sine * sum;
}
