/** Testing Farm as a workflow sees it: where it is, and whose requests they are. */
import type { Context } from '../../../context.ts';
import { PackitError } from '../../../errors.ts';
import { credentialsFor, hostOf, mayCarryToken } from '../../../project/config/index.ts';
import { createHttpClient } from '../../../remote/http/index.ts';
import { TESTING_FARM_URL, createTestingFarm } from '../../../remote/testing-farm/index.ts';
import type { TestingFarm } from '../../../remote/testing-farm/index.ts';

export interface OpenTestingFarm {
  farm: TestingFarm;
  close: () => Promise<void>;
}

/**
 * TESTING_FARM_API_URL and TESTING_FARM_API_TOKEN, as for Testing Farm's own command; a token may also be in the user configuration
 * (`authentication: api.testing-farm.io: token:`). Without one, only what needs none can be asked.
 * @throws PackitError TESTING_FARM_URL_INVALID, and those of the user configuration
 */
export async function openTestingFarm(ctx: Context): Promise<OpenTestingFarm> {
  const given = ctx.env.TESTING_FARM_API_URL?.trim();
  const url = given === undefined || given === '' ? TESTING_FARM_URL : given;
  if (!/^https?:\/\/[^/\s]/.test(url)) {
    throw new PackitError('TESTING_FARM_URL_INVALID', `TESTING_FARM_API_URL is no web address: ${url}`, {
      hint: `Leave it out, or set it to an address like ${TESTING_FARM_URL}.`,
    });
  }
  const { authentication } = await ctx.userConfig();
  const token =
    nonEmpty(ctx.env.TESTING_FARM_API_TOKEN) ??
    nonEmpty(credentialsFor(hostOf(url) ?? '', authentication)?.token);
  if (token !== undefined && !mayCarryToken(url, authentication)) {
    throw new PackitError('TESTING_FARM_URL_INVALID', `${url} would send the token unencrypted`, {
      hint: 'Set TESTING_FARM_API_URL to an address that begins with https://.',
    });
  }
  ctx.redactor.add(token);
  const http = createHttpClient(ctx);
  return { farm: createTestingFarm({ http, url, token }), close: () => http.close() };
}

function nonEmpty(text: string | undefined): string | undefined {
  const trimmed = text?.trim();
  return trimmed === '' ? undefined : trimmed;
}
