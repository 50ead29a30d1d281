import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { stringify } from 'yaml';

/** The ID mapping that the tests rehearse: three customers of a CRM, whom a shop knows by other ids. */
export const MAPPING = {
  name: 'crm to shop',
  attributeMatchingModel: 'MANY_TO_MANY',
  recordMatchingModel: 'MANY_SOURCE_TO_ONE_TARGET',
  rules: [{ ruleName: 'e-mail', matchingKeys: ['email'] }, { ruleName: 'name and birth', matchingKeys: ['name', 'birth'] }],
  sources: [input('crm')],
  targets: [input('shop')],
};

export const CRM = [
  'id,mail,name,birth', 'c1,ann@example.com,Ann Lee,1990-01-01', 'c2,,Bob Ray,1991-01-01', 'c3,cy@example.com,Cy,', 'c4,-,-,1992-01-01', ',x@example.com,X,', 'c5,ann@example.com,Eve,',
].join('\n');

export const SHOP = ['id,mail,name,birth', 's1,Ann@example.com,ANN LEE,1990-01-01', 's2,bob@example.com,bob ray,1991-01-01', 's3,ann@example.com,Ann,'].join('\n');

/** Writes the ID mapping and both tables into a folder. */
export async function writePeople(folder: string, mapping: object = MAPPING, crm: string | Buffer = CRM): Promise<void> {
  await writeFile(join(folder, 'mapping.yaml'), stringify(mapping));
  await writeFile(join(folder, 'crm.csv'), crm);
  await writeFile(join(folder, 'shop.csv'), SHOP);
}

function input(name: string) {
  return {
    name,
    files: [`${name}.csv`],
    mappedInputFields: [
      { fieldName: 'id', type: 'UNIQUE_ID' },
      { fieldName: 'mail', type: 'EMAIL_ADDRESS', matchKey: 'email' },
      { fieldName: 'name', type: 'NAME', matchKey: 'name' },
      { fieldName: 'birth', type: 'DATE', matchKey: 'birth' },
    ],
  };
}
