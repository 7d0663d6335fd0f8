export { createImageBuilder, imageBuilderPage } from './client.ts';
export type { ImageBuilder, ImageBuilderOptions } from './client.ts';
export { composeRequest, readCompose } from './compose.ts';
export type { Compose, ComposeRequest, ImageWishes } from './compose.ts';
