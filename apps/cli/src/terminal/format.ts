/** `0.8312` → `83.1 %`; a share that does not exist (no targets) is a dash. */
export function percent(share: number | undefined): string {
  return share === undefined || !Number.isFinite(share) ? '–' : `${(share * 100).toFixed(1)} %`;
}

/** Seconds as people say them: `4 s`, `3 min 20 s`, `1 h 05 min`. */
export function duration(seconds: number): string {
  if (!Number.isFinite(seconds)) return '–';
  const whole = Math.max(0, Math.round(seconds));
  if (whole < 60) return `${whole} s`;
  const minutes = Math.floor(whole / 60);
  const pad = (value: number) => String(value).padStart(2, '0');
  if (minutes < 60) return `${minutes} min ${pad(whole % 60)} s`;
  return `${Math.floor(minutes / 60)} h ${pad(minutes % 60)} min`;
}

/** Whole numbers with thin groups of three: `123456` → `123 456`. */
export function grouped(value: number): string {
  return String(Math.round(value)).replace(/\B(?=(\d{3})+$)/g, ' ');
}

/** Large counts in three digits: `842`, `12.3k`, `1.24M`. */
export function compact(value: number): string {
  if (!Number.isFinite(value)) return '–';
  const [divisor, unit] = value >= 999_500 ? [1e6, 'M'] : value >= 999.5 ? [1e3, 'k'] : [1, ''];
  const scaled = value / divisor;
  return `${scaled.toFixed(unit === '' || scaled >= 99.95 ? 0 : scaled >= 9.995 ? 1 : 2)}${unit}`;
}

/** A measure with four significant digits; one that does not exist is a dash. */
export function significant(value: number | undefined): string {
  if (value === undefined || !Number.isFinite(value)) return '–';
  return Math.abs(value) >= 9999.5 ? compact(value) : value.toPrecision(4);
}

/** A loss with four significant digits at most. */
export function loss(value: number): string {
  return Number.isFinite(value) ? value.toFixed(value < 10 ? 4 : 2) : String(value);
}
