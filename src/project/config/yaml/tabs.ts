import type { CST } from 'yaml';
import { YamlError } from './nodes.ts';

/**
 * PyYAML takes nothing but spaces between tokens: a tab there is an error, even on an empty line.
 *
 * @throws YamlError at the first such tab
 */
export function checkTabs(tokens: readonly CST.Token[]): void {
  for (const token of tokens) checkToken(token);
}

function checkToken(token: CST.Token | null | undefined): void {
  if (token === null || token === undefined) return;
  if ((token.type === 'space' || token.type === 'newline') && token.source.includes('\t')) {
    throw new YamlError('A tab stands where only spaces may', token.offset + token.source.indexOf('\t'), {
      hint: 'Replace tabs by spaces, also at the end of lines and on empty ones.',
    });
  }
  // A tab ends plain text there, and nothing can start with one.
  if (token.type === 'scalar' && token.source.includes('\t')) {
    throw new YamlError('A tab stands in a text without quotes', token.offset + token.source.indexOf('\t'), {
      hint: 'Replace it by a space, or put the text into quotes.',
    });
  }
  if ('start' in token && Array.isArray(token.start)) checkTabs(token.start);
  if ('value' in token) checkToken(token.value);
  if ('end' in token && token.end !== undefined) checkTabs(token.end);
  if ('props' in token) checkTabs(token.props.filter((prop) => prop.type !== 'block-scalar-header'));
  if (!('items' in token)) return;
  for (const item of token.items) {
    checkTabs(item.start);
    checkToken(item.key);
    if (item.sep !== undefined) checkTabs(item.sep);
    checkToken(item.value);
  }
}
