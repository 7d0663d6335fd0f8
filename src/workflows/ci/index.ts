export { planCi } from './plan.ts';
export type { CiPlan, CiPlanInput } from './plan.ts';
