export { asConfigError, ConfigError, errorCode, isHouseError } from './config-error.ts';
export { type ConfigKey, configFlag, schemaKeys, sectionDefaults } from './keys.ts';
export { overPreset, type Preset, presetSummary, presets } from './presets.ts';
export { suggestion } from './suggest.ts';
export { createTask, type GeneratorConfig, iarcSchema, type TaskConfig, taskSchema, taskVariants } from './task.ts';
export { type KeyName, validate } from './validate.ts';
export { camelKeys, camelPath, isMap, merge, nest, type Values, valueAt } from './values.ts';
export { readYamlFile } from './yaml-file.ts';
