import { merge, type Values, valueAt, without } from '../config/values.ts';
import { kindKeys } from './run-kind.ts';

/** What configurations of runs on images said under the keys of sequences, before these were theirs alone. */
const silent: Values = { window: 20, loss: 'all', evaluation: { positions: 'last' } };

const onImages = (config: Values) => valueAt(config, ['task', 'kind']) === 'images';

/** The configuration of a run directory, whichever version wrote it, as this one would. */
export function upgradeConfig(config: Values): Values {
  return onImages(config) ? kindKeys.reduce((values, key) => without(values, key.split('.')), config) : config;
}

/** A configuration as the first version would have written it: what hashes of runs are of. */
export function earliestConfig(config: Values): Values {
  return onImages(config) ? merge(config, silent) : config;
}
