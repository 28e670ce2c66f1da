export {
  cisformer,
  createModel,
  type InputOf,
  lstm,
  mlp,
  parameterCount,
  parseModelConfig,
  transformer,
} from './create-model.ts';
