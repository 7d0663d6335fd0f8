import { isTagInForce } from './in-force.ts';
import { type EditOptions, setTagValue } from './edit-tags.ts';
import { findTag, tags } from './tags.ts';
import type { SpecDocument, Tag } from './types.ts';

/**
 * Gives the preamble's tags of that name (`version`, `source0`) in branches of conditions that do not hold here the value of the
 * one in force: where the package is built again, another branch may be chosen. Nothing changes if there is no such tag.
 */
export function setInOtherBranches(doc: SpecDocument, name: string, options: EditOptions = {}): SpecDocument {
  const chosen = findTag(doc, name, options.evaluation);
  if (chosen === undefined) return doc;
  const named = (current: SpecDocument): Tag[] => tags(current).filter(({ key }) => key === name);
  const others = named(doc).flatMap((tag, index) =>
    tag !== chosen && isTagInForce(doc, tag, options.evaluation) !== true ? [index] : [],
  );
  // Places move with every edit, the order of the tags does not.
  return others.reduce((current, index) => {
    const tag = named(current)[index];
    return tag === undefined ? current : setTagValue(current, tag, chosen.value);
  }, doc);
}
