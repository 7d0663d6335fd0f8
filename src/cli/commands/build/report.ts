/** A build's result for people: how each target ended, and of what failed the lines that matter. The same for every place. */
import type { Context } from '../../../context.ts';
import { durationText, isFinal, isGood } from '../../../run-state.ts';
import { printable } from '../../../ui.ts';
import type { Build, BuildResult, BuildTarget } from '../../../workflows/build/index.ts';
import { plainTable } from '../../ui/table.ts';
import type { CommandResult, Failure } from '../../command.ts';

/** Text, JSON, failures and exit code of a command that builds. */
export async function buildReport(ctx: Context, result: BuildResult): Promise<CommandResult> {
  const several = result.builds.length + result.failed.length > 1;
  const blocks = result.builds.filter(({ plan }) => plan !== undefined).map(planText);
  const rest = result.builds.filter(({ plan }) => plan === undefined);
  const open = rest.filter(({ state }) => !isFinal(state));
  blocks.push(...open.map(comeBackText));
  const ended = rest.filter(({ state }) => isFinal(state));
  if (ended.length > 0) blocks.push(await tableText(ended, several));
  return {
    text: printable(ctx.redactor.secrets(blocks.join('\n'))),
    json: result,
    failures: [
      ...result.failed.map(({ package: subject, ...failure }) => ({ subject, ...failure })),
      ...ended.flatMap((build) => failuresOf(build, several)),
    ],
    exitCode: result.exitCode,
  };
}

function failuresOf(build: Build, several: boolean): Failure[] {
  return build.targets
    .filter(({ state }) => isFinal(state) && !isGood(state))
    .map((target) => ({
      subject: several ? `${build.package} ${target.name}` : target.name,
      code: `BUILD_${target.state.toUpperCase()}`,
      message: target.note === undefined ? target.state : `${target.state} (${target.note})`,
      ...(target.evidence === undefined ? {} : { details: target.evidence }),
      ...hintOf(build, target),
    }));
}

function hintOf(build: Build, { state, log, url }: BuildTarget): { hint?: string } {
  if (state === 'lost' && build.watch !== undefined)
    return { hint: `It may still be running: ${build.watch}` };
  const place = log ?? url ?? build.url;
  return place === undefined ? {} : { hint: `See ${place}` };
}

function planText({ package: name, plan = [] }: Build): string {
  return [`Would be done for ${name}:`, ...plan.map(({ summary }) => `  ${summary}`)].join('\n');
}

/** The first line is the reference's: scripts look for it. */
function comeBackText({ place, id, url, watch }: Build): string {
  const head =
    place === 'copr'
      ? `Build id: ${id}, repo url: ${url}`
      : [id, url].filter((part) => part !== undefined).join(' ');
  return watch === undefined ? head : `${head}\nCome back with: ${watch}`;
}

function tableText(builds: readonly Build[], several: boolean): Promise<string> {
  return plainTable(
    [...(several ? ['package'] : []), 'target', 'state', 'duration', 'log'],
    builds.flatMap((build) => {
      const { id, state, targets } = build;
      const shown: readonly BuildTarget[] = targets.length > 0 ? targets : [{ name: id ?? '-', state }];
      return shown.map((target) => [
        ...(several ? [build.package] : []),
        target.name,
        target.state,
        target.seconds === undefined ? '' : durationText(target.seconds),
        target.log ?? target.url ?? '',
      ]);
    }),
  );
}
