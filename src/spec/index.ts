/** RPM spec files, read and edited without loss. */
export { parseSpec, specText, stringifySpec } from './document.ts';
export * from './edits.ts';
export * from './types.ts';
export * from './views.ts';
export { displayText } from './text.ts';
