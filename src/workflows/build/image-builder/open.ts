import type { Context } from '../../../context.ts';
import { PackitError } from '../../../errors.ts';
import { createHttpClient } from '../../../remote/http/index.ts';
import type { HttpClient } from '../../../remote/http/index.ts';
import { createImageBuilder } from '../../../remote/image-builder/index.ts';
import type { ImageBuilder } from '../../../remote/image-builder/index.ts';

export interface OpenImageBuilder {
  images: ImageBuilder;
  http: HttpClient;
  close: () => Promise<void>;
}

/** @throws PackitError IMAGE_BUILDER_NO_TOKEN */
export async function openImageBuilder(ctx: Context): Promise<OpenImageBuilder> {
  const { redhat_api_refresh_token: refreshToken } = await ctx.userConfig();
  if (refreshToken === undefined) {
    throw new PackitError('IMAGE_BUILDER_NO_TOKEN', 'There is no token for Image Builder', {
      hint: 'Make an offline token at https://access.redhat.com/management/api and set redhat_api_refresh_token in the user configuration.',
    });
  }
  const http = createHttpClient(ctx);
  const { redactor, now, env } = ctx;
  const images = createImageBuilder({
    http,
    refreshToken,
    redactor,
    now,
    apiUrl: env.PACKIT_IMAGE_BUILDER_URL,
    ssoUrl: env.PACKIT_REDHAT_SSO_URL,
  });
  return { images, http, close: () => http.close() };
}
