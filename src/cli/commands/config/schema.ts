import { jsonSchema } from '../../../project/config/index.ts';
import type { Command } from '../../command.ts';

export const configSchemaCommand: Command = () => {
  const schema = jsonSchema();
  return Promise.resolve({ text: JSON.stringify(schema, undefined, 2), json: schema });
};
