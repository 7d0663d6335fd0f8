import type { Context } from '../../context.ts';
import { bundledAliases, loadAliases, needsAliases } from '../../project/distro-aliases/index.ts';
import type { Aliases } from '../../project/distro-aliases/index.ts';
import type { HttpClient } from '../../remote/http/index.ts';

/** What aliases stand for. Bodhi is not asked where no name needs it. */
export async function readAliases(
  ctx: Context,
  http: HttpClient,
  names: readonly string[],
): Promise<Aliases> {
  if (names.length === 0 || !needsAliases(names)) return bundledAliases();
  const { aliases, notice } = await loadAliases({
    cacheDirectory: ctx.paths.cache,
    now: ctx.now,
    // There is a list to fall back on: better that than a long wait.
    fetchJson: (url) => http.json({ url, service: 'Bodhi', retries: 1 }),
    ...(ctx.env.PACKIT_BODHI_URL === undefined ? {} : { bodhiUrl: ctx.env.PACKIT_BODHI_URL }),
  });
  if (notice !== undefined) ctx.ui.info(notice);
  return aliases;
}
