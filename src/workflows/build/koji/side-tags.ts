/** Side tags: targets of one's own beside the release's, for builds that belong together. */
import type { Context } from '../../../context.ts';
import { PackitError } from '../../../errors.ts';
import type { Koji, KojiTarget } from '../../../remote/koji/index.ts';

export interface SideTags {
  /** The target to build for instead of the release's: the target itself where no side tag is wanted. */
  targetFor(base: KojiTarget): Promise<string>;
  /** In a dry run: that one would be made. Undefined: none would. */
  planFor(base: KojiTarget): string | undefined;
}

/** @param wanted true: one is made for each build tag, and serves every build of the run; a name: that one is used */
export function createSideTags(ctx: Context, koji: Koji, wanted: true | string | undefined): SideTags {
  const made = new Map<string, Promise<string>>();
  const make = async (buildTag: string): Promise<string> => {
    const { name } = await koji.createSideTag(buildTag);
    ctx.ui.info(`Side tag: ${name} (of ${buildTag})`);
    return name;
  };
  return {
    async targetFor(base) {
      if (wanted === undefined) return base.name;
      if (wanted !== true) return existing(koji, wanted);
      const found = made.get(base.buildTag) ?? make(base.buildTag);
      made.set(base.buildTag, found);
      return found;
    },
    planFor: ({ buildTag }) => (wanted === true ? `create a side tag of ${buildTag}` : undefined),
  };
}

async function existing(koji: Koji, name: string): Promise<string> {
  if ((await koji.target(name)) !== undefined) return name;
  throw new PackitError('KOJI_SIDE_TAG_UNKNOWN', `Koji has no side tag ${name}`, {
    hint: 'See yours with: koji list-sidetags --mine. --side-tag without a name makes a new one.',
  });
}
