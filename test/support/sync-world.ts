/** A release world whose upstream project is on the forge too: for what goes from dist-git back to upstream. */
import { createWorld } from './release-world.ts';
import type { World, WorldOptions } from './release-world.ts';

export async function createSyncWorld(options: WorldOptions = {}): Promise<World> {
  const world = await createWorld({ branches: { rawhide: '1.0.0', f42: '0.9.0' }, ...options });
  try {
    putUpstreamOnForge(world);
    return world;
  } catch (error) {
    await world.close();
    throw error;
  }
}

/** Makes the upstream checkout a clone of a project on the forge. */
export function putUpstreamOnForge({ forge, upstream }: World): void {
  forge.addProject({ namespace: 'people', name: 'hello', owner: 'admin', from: upstream.dir });
  upstream.git('remote', 'add', 'origin', `${forge.url}/people/hello.git`);
}
