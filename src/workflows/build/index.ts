export { followBuilds, pollDelay, ranOutOfTime } from './follow.ts';
export type { FollowOptions, LiveBuild } from './follow.ts';
export { buildResult, withTargets } from './model.ts';
export type { Build, BuildPlace, BuildResult, BuildTarget, PlannedStep } from './model.ts';
export { givenSrpm, sourceRpm } from './source-rpm.ts';
export type { SourceRpm, SourceRpmInput } from './source-rpm.ts';
export { cancelBuilds, watchBuilds } from './watch.ts';
export { telltaleLines } from './log-lines.ts';
