/** An image that is waited for. */
import { PackitError } from '../../../errors.ts';
import type { Compose, ImageBuilder } from '../../../remote/image-builder/index.ts';
import type { LiveBuild } from '../follow.ts';
import { withTargets } from '../model.ts';
import type { Build, BuildTarget } from '../model.ts';

export function newImageBuild(packageName: string, imageName: string, id: string, url: string): Build {
  const build: Build = {
    place: 'image-builder',
    package: packageName,
    id,
    url,
    state: 'queued',
    targets: [],
    watch: `packit build watch ${id}`,
  };
  return withTargets(build, [{ name: imageName, state: 'queued', url }]);
}

export function liveImageBuild(build: Build, id: string, images: ImageBuilder, now: () => Date): LiveBuild {
  const name = build.targets[0]?.name;
  return {
    build,
    async look(last) {
      const compose = await images.status(id, name);
      const [before] = last.targets;
      const since = before?.state === compose.state ? before.since : undefined;
      return withTargets(last, [targetOf(compose, since ?? now().toISOString())]);
    },
    cancel: () =>
      Promise.reject(
        new PackitError('CANCEL_IMPOSSIBLE', 'Image Builder cannot cancel an image', {
          hint: 'It is removed after two weeks.',
        }),
      ),
  };
}

export function targetOf({ id: _id, image, ...run }: Compose, since: string): BuildTarget {
  if (image === undefined) return { ...run, since };
  const where = Object.entries(image).map(([key, value]) => `${key} ${value}`);
  return { ...run, since, results: [image.url ?? where.join(', ')] };
}
