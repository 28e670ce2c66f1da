export * from './binary';
export * from './layout';
export * from './matmul';
export * from './optimizer';
export * from './reduce';
export * from './softmax';
export * from './unary';
