import {
  engine,
  type GradConfig,
  type NamedAttrMap,
  type NamedTensorMap,
  registerGradient,
  type Tensor,
} from '@tensorflow/tfjs-core';
import { SimdError } from './errors.ts';

/** tfjs passes a list of inputs through as it is; its types know only inputs by name. */
function run(name: string, inputs: Tensor[] | NamedTensorMap, attributes: NamedAttrMap = {}): Tensor[] {
  const outputs = engine().runKernel(name, inputs as unknown as NamedTensorMap, attributes) as Tensor | Tensor[];
  return Array.isArray(outputs) ? outputs : [outputs];
}

/** One kernel call gives all gradients; tfjs asks for them one by one, in the order of the inputs. */
function inOrder(gradients: Tensor[]): ReturnType<GradConfig['gradFunc']> {
  return gradients.map((gradient) => () => gradient) as unknown as ReturnType<GradConfig['gradFunc']>;
}

/** The same where the first input is token ids, which have no gradient. */
function behindTokens(gradients: Tensor[]): ReturnType<GradConfig['gradFunc']> {
  const none = () => {
    throw new SimdError('SWITCHYARD_SIMD_INPUT', 'Token ids have no gradient: differentiate for the weights alone.');
  };
  return [none, ...gradients.map((gradient) => () => gradient)] as unknown as ReturnType<GradConfig['gradFunc']>;
}

/** The gradients of the custom kernels. Inputs are lists, so gradients go by position too. */
const gradients: GradConfig[] = [
  ...['SwitchyardAttention', 'SwitchyardSelfAttention'].map(
    (kernelName): GradConfig => ({
      kernelName,
      saveAllInputs: true,
      gradFunc: (dy, saved, attrs) => inOrder(run(`${kernelName}Grad`, [dy as Tensor, ...saved], attrs)),
    }),
  ),
  {
    kernelName: 'SwitchyardRotary',
    inputsToSave: ['1', '2'], // the tables
    gradFunc: (dy, saved, attrs) =>
      inOrder(run('SwitchyardRotary', [dy as Tensor, ...saved], { ...attrs, inverse: !attrs.inverse })),
  },
  ...(['SwitchyardLayerNorm', 'SwitchyardRmsNorm'] as const).map(
    (kernelName): GradConfig => ({
      kernelName,
      saveAllInputs: true,
      outputsToSave: [false, true, true],
      gradFunc: (dy, saved) => {
        const [x, gamma] = saved as [Tensor, Tensor];
        return inOrder(run(`${kernelName}Grad`, [(dy as Tensor[])[0]!, x, gamma, ...saved.slice(-2)]));
      },
    }),
  ),
  {
    kernelName: 'SwitchyardMaskedCrossEntropy',
    saveAllInputs: true,
    outputsToSave: [false, true],
    gradFunc: (dy, saved) => inOrder(run('SwitchyardMaskedCrossEntropyGrad', [(dy as Tensor[])[0]!, ...saved])),
  },
  {
    kernelName: 'SwitchyardLstm',
    inputsToSave: ['1'],
    outputsToSave: [true, true, true],
    gradFunc: (dy, saved) => inOrder(run('SwitchyardLstmGrad', [(dy as Tensor[])[0]!, ...saved])),
  },
  {
    kernelName: 'SwitchyardEmbedding',
    saveAllInputs: true,
    gradFunc: (dy, saved) => behindTokens(run('SwitchyardEmbeddingGrad', [dy as Tensor, ...saved])),
  },
  {
    kernelName: 'SwitchyardTokenDense',
    saveAllInputs: true,
    outputsToSave: [true],
    gradFunc: (dy, saved, attrs) => {
      const [tokens, kernel] = saved as [Tensor, Tensor];
      return behindTokens(run('SwitchyardTokenDenseGrad', [dy as Tensor, tokens, kernel, saved.at(-1)!], attrs));
    },
  },
  {
    kernelName: 'SwitchyardDense',
    saveAllInputs: true,
    outputsToSave: [true],
    gradFunc: (dy, saved, attrs) => {
      const [x, kernel] = saved as [Tensor, Tensor];
      const all = [dy as Tensor, x, kernel, saved.at(-1)!];
      const useBias = saved.length > 3; // x, kernel, perhaps bias and residual, y
      const [dkernel, dbias, slope = dy as Tensor] = run('SwitchyardDenseGrad', all, { ...attrs, useBias }) as [
        Tensor,
        Tensor?,
        Tensor?,
      ];
      // tfjs asks only for what leads to a variable, so that the first layer's input costs nothing.
      const transposes = { transposeA: false, transposeB: true };
      const dx = () => run('BatchMatMul', { a: slope, b: kernel }, transposes)[0]!;
      const dresidual = () => slope;
      return [dx, () => dkernel, () => dbias, dresidual] as unknown as ReturnType<GradConfig['gradFunc']>;
    },
  },
  {
    kernelName: 'SwitchyardPositionWiseDense',
    saveAllInputs: true,
    outputsToSave: [true],
    gradFunc: (dy, saved, attrs) => {
      const [x, kernel] = saved as [Tensor, Tensor];
      return inOrder(run('SwitchyardPositionWiseDenseGrad', [dy as Tensor, x, kernel, saved.at(-1)!], attrs));
    },
  },
  {
    kernelName: 'SwitchyardActivation',
    saveAllInputs: true,
    gradFunc: (dy, saved, attrs) => inOrder(run('SwitchyardActivationGrad', [dy as Tensor, ...saved], attrs)),
  },
  {
    kernelName: 'SwitchyardSwiglu',
    saveAllInputs: true,
    gradFunc: (dy, saved) => inOrder(run('SwitchyardSwigluGrad', [dy as Tensor, ...saved])),
  },
  {
    kernelName: 'SwitchyardDropout',
    inputsToSave: ['1'], // the step; the mask is made again from it
    gradFunc: (dy, saved, attrs) =>
      inOrder(run('SwitchyardDropout', [(dy as Tensor[])[0]!, ...saved], attrs).slice(0, 1)),
  },
];

export function registerGradients(): void {
  for (const config of gradients) registerGradient(config);
}
