export { type DecodeOptions, decodeImage } from './decode-image.node.ts';
export { folderClasses, imageFolder } from './image-folder.node.ts';
export { mnist, mnistShape } from './mnist.node.ts';
